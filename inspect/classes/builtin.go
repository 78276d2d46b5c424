package classes

// class is a built-in class by its place in builtin.
type class uint8

const (
	email class = iota
	card
	iban
	usSSN
	ukNINO
	ukNHS
	esDNI
	deTaxID
	frNIR
	itCF
	inAadhaar
	inPAN
	brCPF
	brCNPJ
	passport
	licence
	phone
	ip
	mac
	birthDate
	jwt
	privateKey
	awsKey
	gcpKey
	azureKey
	githubToken
	gitlabToken
	slackToken
	stripeKey
	twilioKey
	sendgridKey
	npmToken
	pypiToken
	aiKey
	urlPassword
	builtins int = iota
)

// Groups of classes that can be asked for by one name.
const (
	groupSecret = "secret"
	groupID     = "national-id"
)

// builtin is each class's name and the group that it belongs to.
var builtin = [builtins]struct{ name, group string }{
	email:       {"email", ""},
	card:        {"card", ""},
	iban:        {"iban", ""},
	usSSN:       {"us-ssn", groupID},
	ukNINO:      {"uk-nino", groupID},
	ukNHS:       {"uk-nhs", groupID},
	esDNI:       {"es-dni", groupID},
	deTaxID:     {"de-tax-id", groupID},
	frNIR:       {"fr-nir", groupID},
	itCF:        {"it-cf", groupID},
	inAadhaar:   {"in-aadhaar", groupID},
	inPAN:       {"in-pan", groupID},
	brCPF:       {"br-cpf", groupID},
	brCNPJ:      {"br-cnpj", groupID},
	passport:    {"passport", groupID},
	licence:     {"driving-licence", groupID},
	phone:       {"phone", ""},
	ip:          {"ip", ""},
	mac:         {"mac", ""},
	birthDate:   {"birth-date", ""},
	jwt:         {"jwt", groupSecret},
	privateKey:  {"private-key", groupSecret},
	awsKey:      {"aws-key", groupSecret},
	gcpKey:      {"gcp-key", groupSecret},
	azureKey:    {"azure-key", groupSecret},
	githubToken: {"github-token", groupSecret},
	gitlabToken: {"gitlab-token", groupSecret},
	slackToken:  {"slack-token", groupSecret},
	stripeKey:   {"stripe-key", groupSecret},
	twilioKey:   {"twilio-key", groupSecret},
	sendgridKey: {"sendgrid-key", groupSecret},
	npmToken:    {"npm-token", groupSecret},
	pypiToken:   {"pypi-token", groupSecret},
	aiKey:       {"ai-key", groupSecret},
	urlPassword: {"url-password", groupSecret},
}

// mask is a set of built-in classes.
type mask uint64

func (c class) mask() mask { return 1 << c }

// numbers are the classes that are found from a run of digits. They are looked
// for together, since a stronger one keeps weaker ones off its bytes, so that
// what is found of a class does not hang on which others were asked for.
const numbers = 1<<card | 1<<iban | 1<<usSSN | 1<<ukNINO | 1<<ukNHS | 1<<esDNI | 1<<deTaxID |
	1<<frNIR | 1<<itCF | 1<<inAadhaar | 1<<inPAN | 1<<brCPF | 1<<brCNPJ | 1<<passport |
	1<<licence | 1<<phone | 1<<birthDate | ipv4

// ipv4 stands for the class ip, which is found from digits and from colons.
const ipv4 = 1 << ip
