package classes

import (
	"fmt"
	"strings"
	"testing"
)

// vector is a text and what is found in it: "class:confidence" and the words
// that the hit covers, or nothing.
type vector struct {
	text string
	want string
}

// vectors are by class, so that each detector has its own. Numbers with check
// digits were made by the algorithm, or are the issuer's published samples.
var vectors = map[string][]vector{
	"email": {
		{"write to jane.doe+news@mail.example.com.", "email:high jane.doe+news@mail.example.com"},
		{"email=a@example.org&x=1", "email:high a@example.org"},
		{"'o.neil@example.com'", "email:high o.neil@example.com"},
		{"josé@example.com", "email:high josé@example.com"},
		{"mailto:x@xn--bcher-kva.example.org", "email:high x@xn--bcher-kva.example.org"},
		{strings.Repeat("a", 64) + "@example.com", "email:high " + strings.Repeat("a", 64) + "@example.com"},
		{strings.Repeat("a", 65) + "@example.com", ""},
		{"x@" + strings.Repeat("a", 64) + ".com", ""},
		{"a..b@example.com", ""}, {"a.@example.com", ""}, {"@example.com", ""}, {"a@example", ""}, {"a@example.c", ""}, {"a@-example.com", ""},
		{"logo@2x.png", ""}, {"left-pad@1.3.0", ""}, {"ssh://git@example.com/x", ""}, {"a@example.123", ""},
	},
	"card": {
		{"4111111111111111", "card:high 4111111111111111"},
		{"card 5555 5555 5555 4444 12/29", "card:high 5555 5555 5555 4444"},
		{"3782-822463-10005", "card:high 3782-822463-10005"},
		{`{"pan":"6011000990139424"}`, "card:high 6011000990139424"},
		{"3056 930902 5904", "card:high 3056 930902 5904"},
		{"4222222222222", "card:medium 4222222222222"},
		{"visa 4222222222222", "card:high 4222222222222"},
		{"14111111111111111", ""}, {"4111111111111112", ""}, {"0.4111111111111111", ""}, {"4111111111111111.5", ""}, {"x4111111111111111", ""},
		{"4111 1111 1111 1111 1111", ""}, {"4111-1111 1111-1111", ""}, {"41 1111 1111 1111 11", ""}, {"7111111111111119", ""}, {"4000000000000000", ""},
	},
	"iban": {
		{"DE89370400440532013000", "iban:high DE89370400440532013000"},
		{"GB29 NWBK 6016 1331 9268 19 and", "iban:high GB29 NWBK 6016 1331 9268 19"},
		{"fr1420041010050500013m02606", "iban:high fr1420041010050500013m02606"},
		{"NO93-8601-1117-947", "iban:high NO93-8601-1117-947"},
		{"MT84MALT011000012345MTLCAST001S", "iban:high MT84MALT011000012345MTLCAST001S"},
		{"DE8937040044053201300", ""}, {"DE893704004405320130001", ""}, {"XX89370400440532013000", ""}, {"XDE89370400440532013000", ""}, {"GB29 NWB K6016 1331 9268 19", ""},
	},
	"us-ssn": {
		{"123-45-6789", "us-ssn:medium 123-45-6789"},
		{"SSN: 123-45-6789", "us-ssn:high 123-45-6789"},
		{"social security 123456789", "us-ssn:high 123456789"},
		{"his ssn is 123 45 6789.", "us-ssn:high 123 45 6789"},
		{"123456789", ""}, {"123 45 6789", ""}, {"000-45-6789", ""}, {"666-45-6789", ""}, {"900-45-6789", ""}, {"123-00-6789", ""}, {"123-45-0000", ""},
		{"078-05-1120", ""}, {"123-45-67890", ""}, {"9-123-45-6789", ""}, {"123-45-6789-1", ""}, {"SSN " + strings.Repeat(".", 70) + " 123456789", ""},
	},
	"uk-nino": {
		{"AB123456C", "uk-nino:medium AB123456C"},
		{"NI number: AB 12 34 56 C", "uk-nino:high AB 12 34 56 C"},
		{"AB 123456 C", "uk-nino:medium AB 123456 C"},
		{"BG123456C", ""}, {"AB123456E", ""}, {"DA123456C", ""}, {"AO123456C", ""}, {"AB12345C", ""}, {"XAB123456C", ""}, {"ab123456c", ""},
	},
	"uk-nhs": {
		{"NHS number 943 476 5919", "uk-nhs:high 943 476 5919"},
		{"nhs: 9434765919", "uk-nhs:high 9434765919"},
		{"943 476 5919", "uk-nhs:low 943 476 5919"},
		{"9434765919", ""}, {"NHS 9434765918", ""}, {"943-476-5919", ""},
	},
	"es-dni": {
		{"12345678Z", "es-dni:medium 12345678Z"},
		{"DNI 12.345.678-Z", "es-dni:high 12.345.678-Z"},
		{"12345678-Z", "es-dni:medium 12345678-Z"},
		{"NIE: X1234567L", "es-dni:high X1234567L"},
		{"12345678A", ""}, {"X1234567M", ""}, {"W1234567L", ""}, {"912345678Z", ""},
	},
	"de-tax-id": {
		{"86095742719", "de-tax-id:medium 86095742719"},
		{"Steuer-ID: 86 095 742 719", "de-tax-id:high 86 095 742 719"},
		{"86095742710", ""}, {"06095742719", ""}, {"12345678903", ""},
	},
	"fr-nir": {
		{"255081416802538", "fr-nir:high 255081416802538"},
		{"2 55 08 14 168 025 38", "fr-nir:high 2 55 08 14 168 025 38"},
		{"180052A00401224", "fr-nir:high 180052A00401224"},
		{"255081416802539", ""}, {"355081416802538", ""}, {"180052A00401225", ""},
	},
	"it-cf": {
		{"RSSMRA85T10A562S", "it-cf:high RSSMRA85T10A562S"},
		{"rssmra85t10a562s", "it-cf:high rssmra85t10a562s"},
		{"RSSMRA85T10A562T", ""}, {"RSSMRA85Z10A562S", ""}, {"RSSMRA85T99A562S", ""},
	},
	"in-aadhaar": {
		{"2341 2341 2346", "in-aadhaar:medium 2341 2341 2346"},
		{"Aadhaar: 234123412346", "in-aadhaar:high 234123412346"},
		{"234123412346", ""}, {"2341 2341 2347", ""}, {"1341 2341 2346", ""},
	},
	"in-pan": {
		{"ABCPE1234F", "in-pan:medium ABCPE1234F"},
		{"PAN ABCPE1234F", "in-pan:high ABCPE1234F"},
		{"ABCXE1234F", ""}, {"abcpe1234f", ""}, {"ABCPE12345", ""},
	},
	"br-cpf": {
		{"111.444.777-35", "br-cpf:high 111.444.777-35"},
		{"11144477735", "br-cpf:medium 11144477735"},
		{"CPF 11144477735", "br-cpf:high 11144477735"},
		{"111.444.777-36", ""}, {"111.111.111-11", ""}, {"11144477736", ""},
	},
	"br-cnpj": {
		{"11.222.333/0001-81", "br-cnpj:high 11.222.333/0001-81"},
		{"11222333000181", "br-cnpj:medium 11222333000181"},
		{"11.222.333/0001-82", ""}, {"11222333000182", ""},
	},
	"passport": {
		{"passport no. 533380006", "passport:high 533380006"},
		{"Reisepass C01X00T47", "passport:high C01X00T47"},
		{"533380006", ""}, {"passport 12", ""},
	},
	"driving-licence": {
		{"driver's license F162823540116", "driving-licence:high F162823540116"},
		{"driving licence MORGA657054SM9IJ", "driving-licence:high MORGA657054SM9IJ"},
		{"driver license F123-456-78-901-0", "driving-licence:high F123-456-78-901-0"},
		{"license F162823540116", ""}, {"driver F162823540116", ""},
	},
	"phone": {
		{"+44 20 7946 0958", "phone:medium +44 20 7946 0958"},
		{"call +1 (202) 555-0143 x12", "phone:high +1 (202) 555-0143 x12"},
		{"+4915112345678", "phone:medium +4915112345678"},
		{"phone: 202-555-0143", "phone:medium 202-555-0143"},
		{"Tel. (030) 1234 5678", "phone:medium (030) 1234 5678"},
		{"téléphone 01.23.45.67.89", "phone:medium 01.23.45.67.89"},
		{"202-555-0143 mobile", "phone:medium 202-555-0143"},
		{"+46 (0)8 928 571 38", "phone:medium +46 (0)8 928 571 38"},
		{"202-555-0143", ""}, {"+999 123 4567 89", ""}, {"+1 234", ""}, {"1+44 20 7946 0958", ""}, {"call 4111111111111111", "card:high 4111111111111111"}, {"phone 2024-05-06", ""},
		{"phone 1234.5678901", ""},
	},
	"ip": {
		{"from 192.0.2.10:8080", "ip:medium 192.0.2.10"},
		{"client ip 8.8.8.8", "ip:high 8.8.8.8"},
		{"203.0.113.195", "ip:high 203.0.113.195"},
		{"[2001:db8::1]:443", "ip:high 2001:db8::1"},
		{"6e40:4041:c617:e898:c11:40d2:c669:2eb4", "ip:high 6e40:4041:c617:e898:c11:40d2:c669:2eb4"},
		{"fe80::1ff:fe23:4567:890a%eth2", "ip:high fe80::1ff:fe23:4567:890a"},
		{"version 1.2.3.4", "ip:low 1.2.3.4"},
		{"127.0.0.1", ""}, {"0.0.0.0", ""}, {"255.255.255.0", ""}, {"256.1.1.1", ""}, {"1.2.3.4.5", ""}, {"01.2.3.4", ""}, {"std::bad_alloc", ""}, {"::1", ""}, {"12:34:56", ""}, {"a::b", ""},
		{"1:2:3:4:5:6:7:8:9", ""}, {"v1.2.3.4", ""},
	},
	"mac": {
		{"00:1A:2b:3c:4d:5e", "mac:high 00:1A:2b:3c:4d:5e"},
		{"00-1A-2B-3C-4D-5E", "mac:high 00-1A-2B-3C-4D-5E"},
		{"00:11:22:33:44:55", "mac:low 00:11:22:33:44:55"},
		{"00:00:00:00:00:00", ""}, {"ff:ff:ff:ff:ff:ff", ""}, {"00:1A:2b:3c:4d", ""}, {"00:1A:2b:3c:4d:5e:6f", ""}, {"00:1A-2b:3c:4d:5e", ""},
	},
	"birth-date": {
		{"date of birth: 1980-02-29", "birth-date:high 1980-02-29"},
		{"born on 24.12.1975", "birth-date:high 24.12.1975"},
		{"DOB 12/31/1999", "birth-date:high 12/31/1999"},
		{`{"birthDate":"1980-02-29"}`, "birth-date:high 1980-02-29"},
		{"1980-02-29", ""}, {"born 1980-13-29", ""}, {"born 32.12.1975", ""}, {"born 1880-02-28", ""},
	},
	"jwt": {
		{"Bearer " + token, "jwt:high " + token},
		{token[:len(token)-45], ""}, {"x" + token, ""}, {"eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24gYXQgYWxs.c2lnbmF0dXJlMTIz", ""},
	},
	"private-key": {
		{pem("RSA PRIVATE KEY"), "private-key:high " + strings.TrimSpace(pem("RSA PRIVATE KEY"))},
		{pem("OPENSSH PRIVATE KEY"), "private-key:high " + strings.TrimSpace(pem("OPENSSH PRIVATE KEY"))},
		{pem("PGP PRIVATE KEY BLOCK"), "private-key:high " + strings.TrimSpace(pem("PGP PRIVATE KEY BLOCK"))},
		{pem("PUBLIC KEY"), ""}, {"-----BEGIN PRIVATE KEY----- is how it begins", ""},
	},
	"aws-key": {
		{"AKIA" + "IOSFODNN7EXAMPLE", "aws-key:high AKIA" + "IOSFODNN7EXAMPLE"},
		{"ASIA" + "IOSFODNN7EXAMPLE", "aws-key:high ASIA" + "IOSFODNN7EXAMPLE"},
		{"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY", "aws-key:high wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"},
		{`"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCY` + `EXAMPLEKEY"`, "aws-key:high wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"},
		{"AKIA" + "IOSFODNN7EXAMPL", ""}, {"AKIA" + "IOSFODNN7EXAMPLE1", ""}, {"AKIAAAAAAAAAAAAAAAAA", ""},
	},
	"gcp-key":      {{"AIza" + r35, "gcp-key:high AIza" + r35}, {"AIza" + r35 + "x", ""}, {"GOCSPX-" + r35[:28], "gcp-key:high GOCSPX-" + r35[:28]}},
	"azure-key":    {{"AccountKey=" + r86 + "==;", "azure-key:high " + r86}, {"AccountKey=" + r86[:80] + "==", ""}},
	"github-token": {{"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17", "github-token:high ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17"}, {"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq18", "github-token:medium ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq18"}, {"ghp_" + strings.Repeat("x", 36), ""}, {"github_pat_" + r86[:82], "github-token:high github_pat_" + r86[:82]}},
	"gitlab-token": {{"glpat-" + r35[:20], "gitlab-token:high glpat-" + r35[:20]}, {"glpat-" + r35[:19], ""}},
	"slack-token":  {{"xoxb-" + "1234567890-" + r35[:24], "slack-token:high xoxb-" + "1234567890-" + r35[:24]}, {"xoxb-short", ""}},
	"stripe-key":   {{"sk_live_" + r35[:24], "stripe-key:high sk_live_" + r35[:24]}, {"sk_test_" + r35[:24], "stripe-key:medium sk_test_" + r35[:24]}, {"pk_live_" + r35[:24], ""}},
	"twilio-key":   {{"SK" + hex32, "twilio-key:medium SK" + hex32}, {"TWILIO_AUTH_TOKEN=" + hex32, "twilio-key:high " + hex32}, {"SK" + hex32[1:], ""}},
	"sendgrid-key": {{"SG." + r35[:22] + "." + r86[:43], "sendgrid-key:high SG." + r35[:22] + "." + r86[:43]}, {"SG." + r35[:21] + "." + r86[:44], ""}},
	"npm-token":    {{"npm_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17", "npm-token:high npm_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17"}, {"npm_install", ""}},
	"pypi-token":   {{"pypi-AgEIcHlwaS5vcmc" + r86, "pypi-token:high pypi-AgEIcHlwaS5vcmc" + r86}, {"pypi-" + r86, ""}},
	"ai-key":       {{"sk-proj-" + r35[:20] + "T3BlbkFJ" + r35[:20], "ai-key:high sk-proj-" + r35[:20] + "T3BlbkFJ" + r35[:20]}, {"sk-" + hex32, "ai-key:medium sk-" + hex32}, {"sk-ant-api03-" + r86, "ai-key:high sk-ant-api03-" + r86}, {"task-" + hex32, ""}},
	"url-password": {
		{"postgres://app:s3cr3t@db.example.com/x", "url-password:high s3cr3t"},
		{"https://user:$PASSWORD@example.com", ""}, {"https://user:***@example.com", ""}, {"https://user:@example.com", ""}, {"https://user@example.com", ""}, {"a:b@example.com", "email:high b@example.com"},
	},
}

const (
	r35   = "Zb3kQ9xW1mN7vR5tY2cP8dL4fJ6hG0sA-_E"
	r86   = "qW7eR2tY9uI4oP1aS6dF3gH8jK5lZ0xC7vB2nM9qQ4wE1rT6yU3iO8pA5sD0fG7hJ2kL9zX4cV1bN6mQ3wE8rT"
	hex32 = "3f9a1c7be05d284694d7b0e2fa61c835"
	token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkphbmUifQ." + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)

// pem is a key block that holds no key.
func pem(label string) string {
	return fmt.Sprintf("-----BEGIN %s-----\n%s\n%s\n-----END %s-----\n", label, r86[:64], r86[:40], label)
}

// told is the hits in the form of vectors.
func told(text string, hits []Hit) string {
	var all []string
	for _, h := range hits {
		all = append(all, fmt.Sprintf("%s:%s %s", h.Class, h.Confidence, text[h.Offset:int(h.Offset)+h.Length]))
	}
	return strings.Join(all, "; ")
}

func TestVectors(t *testing.T) {
	for _, class := range Names() {
		if len(vectors[class]) == 0 {
			t.Errorf("%s has no vectors", class)
		}
		for _, v := range vectors[class] {
			for _, text := range []string{v.text, "\n" + v.text + "\n", `"` + v.text + `"`} {
				if got := told(text, scan(t, []byte(text))); got != v.want {
					t.Errorf("%s: %q: found %q, want %q", class, text, got, v.want)
				}
			}
		}
	}
}
