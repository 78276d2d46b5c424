package classes

// The tokens of the common providers, by what each publishes of its own form.
// An anchor is never a prefix's first byte, and rather one that is rare in
// prose.
var tokenRules = []rule{
	// AWS: IAM identifiers, "Understanding unique ID prefixes", and the secret
	// beside its name in configuration files and answers of STS.
	{class: awsKey, prefix: "AKIA", at: 1, set: ofUpper, least: 16, most: 16, how: High},
	{class: awsKey, prefix: "ASIA", at: 2, set: ofUpper, least: 16, most: 16, how: High},
	{class: awsKey, prefix: "ABIA", at: 2, set: ofUpper, least: 16, most: 16, how: High},
	{class: awsKey, prefix: "secret_access_key", at: 6, set: ofWord, extra: "+/", assigned: true, least: 40, most: 40, how: High},
	{class: awsKey, prefix: "SECRET_ACCESS_KEY", at: 6, set: ofWord, extra: "+/", assigned: true, least: 40, most: 40, how: High},
	{class: awsKey, prefix: "SecretAccessKey", at: 12, set: ofWord, extra: "+/", assigned: true, least: 40, most: 40, how: High},

	// Google Cloud: API keys, and secrets of OAuth clients. Keys of service
	// accounts are private keys.
	{class: gcpKey, prefix: "AIza", at: 2, set: ofURL, least: 35, most: 35, how: High},
	{class: gcpKey, prefix: "GOCSPX-", at: 6, set: ofURL, least: 28, most: 28, how: High},

	// Azure: keys of storage accounts, and of Service Bus and its kin, in
	// connection strings.
	{class: azureKey, prefix: "AccountKey", at: 7, set: ofWord, extra: "+/", assigned: true, least: 86, most: 86, how: High},
	{class: azureKey, prefix: "SharedAccessKey", at: 12, set: ofWord, extra: "+/", assigned: true, least: 43, most: 43, how: High},

	// GitHub: "Behind GitHub's new authentication token formats": the last six
	// bytes are a checksum of the thirty before.
	{class: githubToken, prefix: "ghp_", at: 3, set: ofWord, least: 36, most: 36, check: checksummed},
	{class: githubToken, prefix: "gho_", at: 3, set: ofWord, least: 36, most: 36, check: checksummed},
	{class: githubToken, prefix: "ghu_", at: 3, set: ofWord, least: 36, most: 36, check: checksummed},
	{class: githubToken, prefix: "ghs_", at: 3, set: ofWord, least: 36, most: 36, check: checksummed},
	{class: githubToken, prefix: "ghr_", at: 3, set: ofWord, least: 36, most: 76, how: High},
	{class: githubToken, prefix: "github_pat_", at: 10, set: ofURL, least: 82, most: 82, how: High},

	// GitLab: "Token overview", token prefixes.
	{class: gitlabToken, prefix: "glpat-", at: 5, set: ofURL, least: 20, most: unlimited, how: High},
	{class: gitlabToken, prefix: "gldt-", at: 4, set: ofURL, least: 20, most: unlimited, how: High},
	{class: gitlabToken, prefix: "glrt-", at: 4, set: ofURL, least: 20, most: unlimited, how: High},
	{class: gitlabToken, prefix: "glptt-", at: 5, set: ofURL, least: 40, most: unlimited, how: High},
	{class: gitlabToken, prefix: "glcbt-", at: 5, set: ofURL, least: 20, most: unlimited, how: High},
	{class: gitlabToken, prefix: "gloas-", at: 5, set: ofURL, least: 64, most: unlimited, how: High},

	// Slack: "Token types".
	{class: slackToken, prefix: "xoxb-", at: 4, set: ofURL, least: 24, most: unlimited, how: High},
	{class: slackToken, prefix: "xoxp-", at: 4, set: ofURL, least: 24, most: unlimited, how: High},
	{class: slackToken, prefix: "xoxa-", at: 4, set: ofURL, least: 24, most: unlimited, how: High},
	{class: slackToken, prefix: "xoxr-", at: 4, set: ofURL, least: 24, most: unlimited, how: High},
	{class: slackToken, prefix: "xoxs-", at: 4, set: ofURL, least: 24, most: unlimited, how: High},
	{class: slackToken, prefix: "xoxe-", at: 4, set: ofURL, least: 24, most: unlimited, how: High},
	{class: slackToken, prefix: "xapp-", at: 4, set: ofURL, least: 24, most: unlimited, how: High},

	// Stripe: "API keys": secret and restricted ones, and the secrets of
	// webhooks. Publishable keys are no secret.
	{class: stripeKey, prefix: "sk_live_", at: 7, set: ofWord, least: 24, most: 247, how: High},
	{class: stripeKey, prefix: "rk_live_", at: 7, set: ofWord, least: 24, most: 247, how: High},
	{class: stripeKey, prefix: "sk_test_", at: 7, set: ofWord, least: 24, most: 247, how: Medium},
	{class: stripeKey, prefix: "rk_test_", at: 7, set: ofWord, least: 24, most: 247, how: Medium},
	{class: stripeKey, prefix: "whsec_", at: 5, set: ofWord, least: 32, most: 64, how: High},

	// Twilio: API keys' SIDs, and the account's token beside its name.
	{class: twilioKey, prefix: "SK", at: 1, set: ofHex, least: 32, most: 32, how: Medium},
	{class: twilioKey, prefix: "TWILIO_AUTH_TOKEN", at: 6, set: ofWord, extra: "+/", assigned: true, least: 32, most: 32, how: High},
	{class: twilioKey, prefix: "twilio_auth_token", at: 6, set: ofWord, extra: "+/", assigned: true, least: 32, most: 32, how: High},

	// SendGrid: a key is SG., 22 bytes, a dot and 43 bytes.
	{class: sendgridKey, prefix: "SG.", at: 1, set: ofURL, extra: ".", least: 66, most: 66, check: sendGrid},

	// npm: access tokens have GitHub's checksum.
	{class: npmToken, prefix: "npm_", at: 3, set: ofWord, least: 36, most: 36, check: checksummed},

	// PyPI: a macaroon whose first packet names the index, in base64url.
	{class: pypiToken, prefix: "pypi-AgEIcHlwaS5vcmc", at: 4, set: ofURL, least: 50, most: unlimited, how: High},
	{class: pypiToken, prefix: "pypi-AgENdGVzdC5weXBpLm9yZw", at: 4, set: ofURL, least: 50, most: unlimited, how: Medium},

	// OpenAI's keys hold its name in base64; others use the prefix as well.
	{class: aiKey, prefix: "sk-", at: 2, set: ofURL, least: 40, most: 256, mark: "T3BlbkFJ", how: High},
	{class: aiKey, prefix: "sk-ant-", at: 2, set: ofURL, least: 80, most: 256, how: High},
	{class: aiKey, prefix: "sk-", at: 2, set: ofWord, least: 32, most: 64, how: Medium},
	{class: aiKey, prefix: "hf_", at: 2, set: ofWord, least: 34, most: 40, how: High},
	{class: aiKey, prefix: "gsk_", at: 3, set: ofWord, least: 52, most: 52, how: High},
	{class: aiKey, prefix: "xai-", at: 3, set: ofWord, least: 80, most: 80, how: High},
}
