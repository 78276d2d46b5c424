package postgres

import "fmt"

// Side is an end of a connection. The same type byte means one message when it
// comes from the frontend and another when it comes from the backend. The zero
// value sends nothing that is understood.
type Side uint8

// The sides.
const (
	Frontend Side = iota + 1 // the client
	Backend                  // the server
)

// String names the side.
func (s Side) String() string {
	switch s {
	case Frontend:
		return "frontend"
	case Backend:
		return "backend"
	}
	return fmt.Sprintf("side %d", s)
}

// MessageType is the first byte of a message.
type MessageType byte

// Messages of the frontend. MsgPassword is PasswordMessage, SASLInitialResponse,
// SASLResponse or GSSResponse: only the request that it answers can tell.
const (
	MsgBind         MessageType = 'B'
	MsgClose        MessageType = 'C'
	MsgDescribe     MessageType = 'D'
	MsgExecute      MessageType = 'E'
	MsgFunctionCall MessageType = 'F'
	MsgFlush        MessageType = 'H'
	MsgParse        MessageType = 'P'
	MsgQuery        MessageType = 'Q'
	MsgSync         MessageType = 'S'
	MsgTerminate    MessageType = 'X'
	MsgCopyFail     MessageType = 'f'
	MsgPassword     MessageType = 'p'
)

// Messages of both sides.
const (
	MsgCopyDone MessageType = 'c'
	MsgCopyData MessageType = 'd'
)

// Messages of the backend.
const (
	MsgParseComplete            MessageType = '1'
	MsgBindComplete             MessageType = '2'
	MsgCloseComplete            MessageType = '3'
	MsgNotificationResponse     MessageType = 'A'
	MsgCommandComplete          MessageType = 'C'
	MsgDataRow                  MessageType = 'D'
	MsgErrorResponse            MessageType = 'E'
	MsgCopyInResponse           MessageType = 'G'
	MsgCopyOutResponse          MessageType = 'H'
	MsgEmptyQueryResponse       MessageType = 'I'
	MsgBackendKeyData           MessageType = 'K'
	MsgNoticeResponse           MessageType = 'N'
	MsgAuthentication           MessageType = 'R'
	MsgParameterStatus          MessageType = 'S'
	MsgRowDescription           MessageType = 'T'
	MsgFunctionCallResponse     MessageType = 'V'
	MsgCopyBothResponse         MessageType = 'W'
	MsgReadyForQuery            MessageType = 'Z'
	MsgNoData                   MessageType = 'n'
	MsgPortalSuspended          MessageType = 's'
	MsgParameterDescription     MessageType = 't'
	MsgNegotiateProtocolVersion MessageType = 'v'
)

// Bounds of messages that are never long, in bytes: those of the server
// (PQ_SMALL_MESSAGE_LIMIT, PG_MAX_AUTH_TOKEN_LENGTH) and of libpq.
const (
	smallFrontend = 10_000 - 4
	smallBackend  = 30_000 - 4
	maxAuthToken  = 65_535 - 4
	maxCancelKey  = 256
)

// maxDescribed bounds the parameters of a ParameterDescription. A statement may
// be prepared with more of them than a Bind can have, and is described with all,
// behind a number that is cut to 16 bits.
const maxDescribed = 8 * maxItems

// shape is what the length of a message's payload can be, so that one that is
// only forwarded cannot be something else than it says.
type shape struct {
	name     string
	min, max int
}

var shapes = [...][128]shape{
	Frontend: {
		MsgBind:         {"Bind", 8, maxPayload},
		MsgClose:        {"Close", 2, smallFrontend},
		MsgDescribe:     {"Describe", 2, smallFrontend},
		MsgExecute:      {"Execute", 5, smallFrontend},
		MsgFunctionCall: {"FunctionCall", 10, maxPayload},
		MsgFlush:        {"Flush", 0, 0},
		MsgParse:        {"Parse", 4, maxPayload},
		MsgQuery:        {"Query", 1, maxPayload},
		MsgSync:         {"Sync", 0, 0},
		MsgTerminate:    {"Terminate", 0, 0},
		MsgCopyFail:     {"CopyFail", 1, smallFrontend},
		MsgPassword:     {"PasswordMessage", 0, maxAuthToken},
		MsgCopyDone:     {"CopyDone", 0, 0},
		MsgCopyData:     {"CopyData", 0, maxPayload},
	},
	Backend: {
		MsgParseComplete:            {"ParseComplete", 0, 0},
		MsgBindComplete:             {"BindComplete", 0, 0},
		MsgCloseComplete:            {"CloseComplete", 0, 0},
		MsgNotificationResponse:     {"NotificationResponse", 6, maxPayload},
		MsgCommandComplete:          {"CommandComplete", 1, smallBackend},
		MsgDataRow:                  {"DataRow", 2, maxPayload},
		MsgErrorResponse:            {"ErrorResponse", 1, maxPayload},
		MsgCopyInResponse:           {"CopyInResponse", 3, smallBackend},
		MsgCopyOutResponse:          {"CopyOutResponse", 3, smallBackend},
		MsgEmptyQueryResponse:       {"EmptyQueryResponse", 0, 0},
		MsgBackendKeyData:           {"BackendKeyData", 8, 4 + maxCancelKey},
		MsgNoticeResponse:           {"NoticeResponse", 1, maxPayload},
		MsgAuthentication:           {"Authentication", 4, smallBackend},
		MsgParameterStatus:          {"ParameterStatus", 2, smallBackend},
		MsgRowDescription:           {"RowDescription", 2, maxPayload},
		MsgFunctionCallResponse:     {"FunctionCallResponse", 4, maxPayload},
		MsgCopyBothResponse:         {"CopyBothResponse", 3, smallBackend},
		MsgReadyForQuery:            {"ReadyForQuery", 1, 1},
		MsgNoData:                   {"NoData", 0, 0},
		MsgPortalSuspended:          {"PortalSuspended", 0, 0},
		MsgParameterDescription:     {"ParameterDescription", 2, 2 + 4*maxDescribed},
		MsgNegotiateProtocolVersion: {"NegotiateProtocolVersion", 8, smallBackend},
		MsgCopyDone:                 {"CopyDone", 0, 0},
		MsgCopyData:                 {"CopyData", 0, maxPayload},
	},
}

// Name returns the manual's name of the message of type t that side s sends,
// and says the byte where there is none.
func (s Side) Name(t MessageType) string {
	if sh := s.shape(t); sh != nil {
		return sh.name
	}
	return fmt.Sprintf("%v message of type 0x%02X", s, byte(t))
}

// Knows reports whether side s sends messages of type t.
func (s Side) Knows(t MessageType) bool { return s.shape(t) != nil }

func (s Side) shape(t MessageType) *shape {
	if int(s) >= len(shapes) || int(t) >= len(shapes[s]) || shapes[s][t].name == "" {
		return nil
	}
	return &shapes[s][t]
}

// head makes a Head of a header, if it can be one.
func (s Side) head(t MessageType, length uint32) (Head, error) {
	sh := s.shape(t)
	switch {
	case sh == nil:
		return Head{}, malformed(s.Name(t), "there is no such message")
	case length < 4:
		return Head{}, malformed(sh.name, "its length does not count itself")
	case length-4 > maxPayload || int(length-4) > sh.max:
		return Head{}, &TooLargeError{Message: sh.name, Size: int(min(length-4, 1<<31-1)), Max: sh.max}
	case int(length-4) < sh.min:
		return Head{}, malformed(sh.name, "cut short")
	}
	return Head{Type: t, Len: int(length - 4)}, nil
}
