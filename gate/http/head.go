package httpgate

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport"
)

// bodyFrame is how a head frames the body that follows it.
type bodyFrame struct {
	chunked bool
	length  uint64
}

// checkHead checks a request's head and reads how its body is framed (RFC
// 9112, section 6.3).
func checkHead(head []byte) (bodyFrame, error) {
	start, rest, _ := bytes.Cut(head, crlf)
	http11, err := checkRequestLine(start)
	if err != nil {
		return bodyFrame{}, err
	}
	var body bodyFrame
	hosts, lengths, encodings := 0, 0, 0
	for len(rest) > 2 {
		var field []byte
		field, rest, _ = bytes.Cut(rest, crlf)
		name, value, err := splitField(field)
		if err != nil {
			return bodyFrame{}, err
		}
		switch {
		case fold(name, "host"):
			hosts++
			if _, err := parseHost(string(value)); err != nil {
				return bodyFrame{}, err // net/http would answer some of these by itself
			}
		case fold(name, "content-length"):
			lengths++
			n, ok := parseLength(value)
			if !ok {
				return bodyFrame{}, broken("the Content-Length is not a number")
			}
			body.length = n
		case fold(name, "expect"):
			if !fold(value, "100-continue") {
				return bodyFrame{}, &malformed{code: sallyport.Protocol, note: "the expectation is not 100-continue", status: http.StatusExpectationFailed}
			}
		case fold(name, "trailer"):
			for field := range bytes.SplitSeq(value, []byte(",")) {
				if frames(bytes.Trim(field, " \t")) {
					return bodyFrame{}, ambiguous("a trailer is announced that would frame the message")
				}
			}
		case fold(name, "transfer-encoding"):
			encodings++
			if !fold(value, "chunked") {
				return bodyFrame{}, broken("the transfer encoding is not chunked")
			}
			body.chunked = true
		}
	}
	switch {
	case lengths > 1, encodings > 1, lengths > 0 && encodings > 0:
		return bodyFrame{}, ambiguous("the body is framed in more than one way")
	case encodings > 0 && !http11:
		return bodyFrame{}, ambiguous("HTTP/1.0 has no transfer encodings")
	case hosts > 1:
		return bodyFrame{}, ambiguous("the request names more than one host")
	case hosts == 0 && http11:
		return bodyFrame{}, broken("the request names no host")
	}
	return body, nil
}

var crlf = []byte("\r\n")

// checkRequestLine wants exactly method SP target SP version (RFC 9112,
// section 3), and tells HTTP/1.1 from 1.0.
func checkRequestLine(line []byte) (http11 bool, err error) {
	method, rest, ok := bytes.Cut(line, []byte(" "))
	target, version, ok2 := bytes.Cut(rest, []byte(" "))
	if !ok || !ok2 || len(method) == 0 || len(target) == 0 {
		return false, broken("the request line has not three parts")
	}
	for _, c := range method {
		if !tokenByte[c] {
			return false, broken("the method is not a token")
		}
	}
	for _, c := range target {
		if c <= ' ' || c == 0x7f {
			return false, broken("the target has a space or a control character")
		}
	}
	if target[0] != '/' || bytes.IndexByte(target, '%') >= 0 {
		if err := checkTarget(string(method), string(target)); err != nil {
			return false, err
		}
	}
	switch string(version) {
	case "HTTP/1.1":
		return true, nil
	case "HTTP/1.0":
		return false, nil
	}
	return false, broken("the version is not HTTP/1.1 or 1.0")
}

// checkTarget refuses what net/http would answer by itself, without a record.
func checkTarget(method, target string) error {
	if method == http.MethodConnect && target[0] != '/' {
		target = "http://" + target // the authority form
	}
	if _, err := url.ParseRequestURI(target); err != nil {
		return broken("the target is no URI of a request")
	}
	return nil
}

// frames tells whether a field says where a message ends, so that no trailer
// may have its name.
func frames(name []byte) bool {
	return fold(name, "content-length") || fold(name, "transfer-encoding") || fold(name, "trailer")
}

// checkTrailers checks the fields after a chunked body: none may change how
// the message is framed, routed or trusted (RFC 9110, section 6.5.1).
func checkTrailers(piece []byte) error {
	rest := piece
	for len(rest) > 2 {
		var field []byte
		field, rest, _ = bytes.Cut(rest, crlf)
		name, _, err := splitField(field)
		if err != nil {
			return err
		}
		if trustedTrailer(string(name)) {
			return ambiguous("a trailer is named like a header field that is trusted")
		}
	}
	return nil
}

// splitField splits a field line (RFC 9112, section 5): no folding, no space
// before the colon, no control characters.
func splitField(line []byte) (name, value []byte, err error) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || len(name) == 0 {
		return nil, nil, broken("a header line has no name")
	}
	for _, c := range name {
		if !tokenByte[c] {
			return nil, nil, broken("a header field's name is not a token")
		}
	}
	for _, c := range value {
		if c < ' ' && c != '\t' || c == 0x7f {
			return nil, nil, broken("a header field's value has a control character")
		}
	}
	return name, bytes.Trim(value, " \t"), nil
}

var tokenByte = bytesOf("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

// fold compares with a word in lower case.
func fold(b []byte, word string) bool {
	return len(b) == len(word) && strings.EqualFold(string(b), word)
}

// parseLength reads 1*DIGIT, at most 18 of them.
func parseLength(b []byte) (n uint64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// parseHex reads a chunk size: 1*HEXDIG, at most 15 of them, and no extension.
func parseHex(b []byte) (n uint64, ok bool) {
	if len(b) == 0 || len(b) > 15 {
		return 0, false
	}
	for _, c := range b {
		if !isHex(c) {
			return 0, false
		}
		n = n<<4 | uint64(unhex(c))
	}
	return n, true
}
