package app

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	minPassword = 12  // characters; NIST SP 800-63B asks for 8, more is better
	maxPassword = 256 // bytes
	maxEmail    = 254 // octets, RFC 5321, section 4.5.3.1.3
	maxColour   = 40  // characters
)

// Problems says by field what is wrong with an input, for a person to read.
type Problems map[string]string

// Error lets Problems travel as an error.
func (p Problems) Error() string {
	for _, field := range []string{"email", "password", "name"} {
		if msg := p[field]; msg != "" {
			return field + ": " + msg
		}
	}
	return "invalid input"
}

// Credentials are what sign-up and log-in take.
type Credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// validate brings the address into its one form and says what is wrong.
func (c *Credentials) validate() Problems {
	p := Problems{}
	c.Email = strings.ToLower(strings.TrimSpace(c.Email))
	addr, err := mail.ParseAddress(c.Email)
	switch {
	case c.Email == "":
		p["email"] = "Please give your email address."
	case len(c.Email) > maxEmail:
		p["email"] = "This address is too long: at most 254 characters."
	case err != nil || addr.Address != c.Email:
		p["email"] = "This is not an email address. It looks like ada@example.com."
	}
	switch {
	case !utf8.ValidString(c.Password):
		p["password"] = "The password has to be valid UTF-8."
	case utf8.RuneCountInString(c.Password) < minPassword:
		p["password"] = "Please take at least 12 characters; a few words are a good password."
	case len(c.Password) > maxPassword:
		p["password"] = "This password is too long: at most 256 bytes."
	}
	return p
}

var colourName = regexp.MustCompile(`^(#[0-9a-f]{6}|\p{L}[\p{L} '-]*)$`)

// cleanColour brings a colour's name into its one form and says what is wrong.
func cleanColour(name string) (string, Problems) {
	name = strings.Join(strings.Fields(strings.ToLower(name)), " ")
	switch {
	case name == "":
		return name, Problems{"name": "Please name a colour."}
	case utf8.RuneCountInString(name) > maxColour:
		return name, Problems{"name": "This name is too long: at most 40 characters."}
	case !colourName.MatchString(name):
		return name, Problems{"name": "Letters, spaces, hyphens and apostrophes only, or a code like #1d6fd1."}
	}
	return name, nil
}
