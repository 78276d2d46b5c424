package postgresgate

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// malformed is a message that no peer should send.
type malformed struct {
	name string
	b    []byte
}

// framed is a message with the length that it says.
func framed(t wire.MessageType, says int, payload string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{byte(t)}, uint32(says)), payload...)
}

// whole is a message of any payload.
func whole(t wire.MessageType, payload string) []byte { return framed(t, len(payload)+4, payload) }

// many is a count that no body holds.
const many = "\x7f\xff"

// unframed are the messages of a type whose frame alone is wrong.
func unframed(t wire.MessageType) []malformed {
	name := string(rune(t))
	return []malformed{
		{name + " of length 0", framed(t, 0, "")},
		{name + " of length 3", framed(t, 3, "")},
		{name + " of length -1", framed(t, -1, "")},
		{name + " beyond all bounds", framed(t, 0x7fffffff, "a\x00b\x00")},
		{name + " over the door's limit", framed(t, 1<<20, strings.Repeat("a", 1<<10))},
		{name + " truncated", framed(t, 40, "abc\x00")},
		{name + " with its head alone", []byte{byte(t)}},
	}
}

// frontendMessages are malformed messages of a client. What of them is SQL would
// leave a row in the table ran.
func frontendMessages() (all []malformed) {
	const insert = "INSERT INTO ran VALUES (1)"
	for _, t := range []wire.MessageType{wire.MsgQuery, wire.MsgParse, wire.MsgBind, wire.MsgDescribe, wire.MsgExecute, wire.MsgClose,
		wire.MsgSync, wire.MsgFlush, wire.MsgTerminate, wire.MsgPassword, wire.MsgCopyData, wire.MsgCopyDone, wire.MsgCopyFail,
		wire.MsgFunctionCall, wire.MsgRowDescription, wire.MsgReadyForQuery, wire.MsgAuthentication, '?', 0, 0xff} {
		all = append(all, unframed(t)...)
	}
	for t, payloads := range map[wire.MessageType][]string{
		wire.MsgQuery:        {"", insert, insert + "\x00" + insert + "\x00", "\x00\x00"},
		wire.MsgParse:        {"", "s", "s\x00", "\x00" + insert, "\x00" + insert + "\x00", "\x00" + insert + "\x00" + many, "\x00" + insert + "\x00\x00\x00!", "\x00" + insert + "\x00\xff\xff"},
		wire.MsgBind:         {"", "p", "p\x00", "\x00\x00", "\x00\x00" + many, "\x00\x00\x00\x00" + many, "\x00\x00\x00\x00\x00\x01\x7f\xff\xff\xff", "\x00\x00\x00\x00\x00\x01\xff\xff\xff\xfe", "\x00\x00\x00\x00\x00\x00" + many, "\x00\x00\x00\x00\x00\x00\x00\x00!", "\x00\x00\x00\x01\x00\x07\x00\x00\x00\x00"},
		wire.MsgDescribe:     {"", "S", "Sname", "Xname\x00", "Pname\x00!"},
		wire.MsgClose:        {"", "S", "Sname", "Xname\x00", "Pname\x00!"},
		wire.MsgExecute:      {"", "p", "p\x00", "p\x00\x00\x00\x00", "\x00\x00\x00\x00\x00!"},
		wire.MsgSync:         {"!"},
		wire.MsgFlush:        {"!"},
		wire.MsgTerminate:    {"!"},
		wire.MsgCopyDone:     {"!"},
		wire.MsgCopyFail:     {"", "why", "why\x00!"},
		wire.MsgPassword:     {"", "SCRAM-SHA-256", "SCRAM-SHA-256\x00", "SCRAM-SHA-256\x00\x7f\xff\xff\xffn,,", "SCRAM-SHA-256\x00\xff\xff\xff\xfe", "PLAIN\x00\x00\x00\x00\x00"},
		wire.MsgFunctionCall: {"", "\x00\x00\x00\x01", "\x00\x00\x00\x01" + many},
	} {
		for _, p := range payloads {
			all = append(all, malformed{string(rune(t)) + " of " + printable(p), whole(t, p)})
		}
	}
	slices.SortFunc(all, func(a, b malformed) int { return strings.Compare(a.name, b.name) })
	return all
}

// startupPackets are malformed packets of a client that has not logged in.
func startupPackets() (all []malformed) {
	packet := func(says int, code uint32, rest string) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(says))
		return append(binary.BigEndian.AppendUint32(b, code), rest...)
	}
	for name, code := range map[string]uint32{"version 3.0": 3 << 16, "version 3.2": 3<<16 | 2, "version 2": 2 << 16, "version 9": 9 << 16, "a cancel": 80877102, "SSL": 80877103, "GSSENC": 80877104, "nothing": 0} {
		for what, b := range map[string][]byte{
			"of length 0":         packet(0, code, ""),
			"of length -1":        packet(-1, code, ""),
			"of length 7":         packet(7, code, ""),
			"beyond all bounds":   packet(0x7fffffff, code, "user\x00app\x00"),
			"truncated":           packet(40, code, "user\x00"),
			"without an end":      packet(17, code, "user\x00app\x00"),
			"without a NUL":       packet(15, code, "userapp"),
			"with half a pair":    packet(14, code, "user\x00\x00"),
			"with bytes too many": packet(20, code, "user\x00app\x00\x00!!"),
			"with no user":        packet(9, code, "\x00"),
			"of no word":          bytes.Repeat([]byte{0xff}, 16),
			"of HTTP":             []byte("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"),
		} {
			all = append(all, malformed{name + " " + what, b})
		}
	}
	slices.SortFunc(all, func(a, b malformed) int { return strings.Compare(a.name, b.name) })
	return all
}

// backendMessages are malformed messages of a database.
func backendMessages() (all []malformed) {
	for _, t := range []wire.MessageType{wire.MsgAuthentication, wire.MsgParameterStatus, wire.MsgBackendKeyData, wire.MsgReadyForQuery, wire.MsgRowDescription,
		wire.MsgDataRow, wire.MsgCommandComplete, wire.MsgErrorResponse, wire.MsgNoticeResponse, wire.MsgNotificationResponse, wire.MsgCopyInResponse,
		wire.MsgCopyOutResponse, wire.MsgCopyBothResponse, wire.MsgCopyData, wire.MsgCopyDone, wire.MsgParseComplete, wire.MsgBindComplete,
		wire.MsgCloseComplete, wire.MsgNoData, wire.MsgPortalSuspended, wire.MsgParameterDescription, wire.MsgFunctionCallResponse,
		wire.MsgNegotiateProtocolVersion, wire.MsgEmptyQueryResponse, wire.MsgQuery, wire.MsgSync, '?', 0, 0xff} {
		all = append(all, unframed(t)...)
	}
	for t, payloads := range map[wire.MessageType][]string{
		wire.MsgReadyForQuery:        {"", "X", "II"},
		wire.MsgParameterStatus:      {"", "a", "a\x00", "a\x00b", "a\x00b\x00!"},
		wire.MsgBackendKeyData:       {"", "\x00\x00\x00\x01"},
		wire.MsgRowDescription:       {"", many, "\x00\x01", "\x00\x01name", "\x00\x01name\x00\x00\x00\x00\x00"},
		wire.MsgDataRow:              {"", "\x00"},
		wire.MsgCommandComplete:      {"", "SELECT 1", "SELECT 1\x00!"},
		wire.MsgErrorResponse:        {"", "M", "Mtext", "Mtext\x00"},
		wire.MsgNotificationResponse: {"", "\x00\x00\x00\x01", "\x00\x00\x00\x01channel"},
		wire.MsgCopyInResponse:       {"", "\x00", "\x00" + many, "\x07\x00\x00", "\x00\x00\x01\x00\x01"},
		wire.MsgCopyOutResponse:      {"", "\x00", "\x00" + many, "\x07\x00\x00", "\x00\x00\x01\x00\x01"},
		wire.MsgParseComplete:        {"!"},
		wire.MsgBindComplete:         {"!"},
		wire.MsgCopyDone:             {"!"},
		wire.MsgPortalSuspended:      {"!"},
		wire.MsgEmptyQueryResponse:   {"!"},
	} {
		for _, p := range payloads {
			all = append(all, malformed{string(rune(t)) + " of " + printable(p), whole(t, p)})
		}
	}
	slices.SortFunc(all, func(a, b malformed) int { return strings.Compare(a.name, b.name) })
	return all
}

// printable is a payload as the name of a test.
func printable(p string) string {
	if p == "" {
		return "nothing"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, p)
}
