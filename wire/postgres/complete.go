package postgres

import (
	"bytes"
	"strconv"
)

// TxStatus is what a ReadyForQuery says of the session's transaction.
type TxStatus byte

// The states.
const (
	TxIdle   TxStatus = 'I' // in no transaction block
	TxActive TxStatus = 'T' // in one
	TxFailed TxStatus = 'E' // in one that failed: statements are refused until it ends
)

// DecodeReadyForQuery decodes a ReadyForQuery.
func DecodeReadyForQuery(p []byte) (TxStatus, error) {
	c := cursor{b: p}
	s := TxStatus(c.u8())
	if s != TxIdle && s != TxActive && s != TxFailed {
		c.fail("no status of a transaction")
	}
	if err := c.done("ReadyForQuery"); err != nil {
		return 0, err
	}
	return s, nil
}

// AppendReadyForQuery appends a ReadyForQuery.
func AppendReadyForQuery(dst []byte, s TxStatus) []byte {
	return append(dst, byte(MsgReadyForQuery), 0, 0, 0, 5, byte(s))
}

// CommandTag is what a CommandComplete says of the statement.
type CommandTag struct {
	// Verb is the tag without its numbers, such as "SELECT", "INSERT" or
	// "CREATE TABLE"; borrowed when it was decoded.
	Verb []byte
	// Counted says that the tag has a number of Rows: those selected, changed,
	// fetched or copied.
	Counted bool
	Rows    uint64
	// OID stands before Rows in the tag of an INSERT, which HasOID says; 0 from
	// PostgreSQL 12 on.
	HasOID bool
	OID    OID
}

// DecodeCommandComplete decodes a CommandComplete. A tag that does not end in
// a number is all Verb.
func DecodeCommandComplete(p []byte) (CommandTag, error) {
	c := cursor{b: p}
	tag := c.str()
	if err := c.done("CommandComplete"); err != nil {
		return CommandTag{}, err
	}
	t := CommandTag{Verb: tag}
	var rest []byte
	if rest, t.Rows, t.Counted = cutNumber(tag); !t.Counted {
		return t, nil
	}
	t.Verb = rest
	if string(rest[:min(len(rest), 7)]) == "INSERT " {
		verb, oid, ok := cutNumber(rest)
		if ok && oid == uint64(OID(oid)) {
			t.Verb, t.HasOID, t.OID = verb, true, OID(oid)
		}
	}
	return t, nil
}

// cutNumber cuts a space and a decimal number, as a server writes it, off the
// end of tag.
func cutNumber(tag []byte) (rest []byte, n uint64, ok bool) {
	i := bytes.LastIndexByte(tag, ' ')
	digits := tag[i+1:]
	// 20 digits hold every 64-bit number.
	if i < 0 || len(digits) == 0 || len(digits) > 20 || len(digits) > 1 && digits[0] == '0' {
		return tag, 0, false
	}
	for _, d := range digits {
		v := uint64(d - '0')
		if v > 9 || n > (1<<64-1-v)/10 {
			return tag, 0, false
		}
		n = n*10 + v
	}
	return tag[:i:i], n, true
}

// Append appends a CommandComplete.
func (t CommandTag) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgCommandComplete)
	dst = appendString(dst, t.Verb)
	dst = dst[:len(dst)-1]
	if t.HasOID {
		dst = strconv.AppendUint(append(dst, ' '), uint64(t.OID), 10)
	}
	if t.Counted {
		dst = strconv.AppendUint(append(dst, ' '), t.Rows, 10)
	}
	return endFrame(append(dst, 0), at)
}

// DecodeParameterStatus decodes a ParameterStatus; what it returns is a copy.
func DecodeParameterStatus(p []byte) (Parameter, error) {
	c := cursor{b: p}
	s := Parameter{Name: string(c.str()), Value: string(c.str())}
	if err := c.done("ParameterStatus"); err != nil {
		return Parameter{}, err
	}
	return s, nil
}

// AppendStatus appends a ParameterStatus.
func (p Parameter) AppendStatus(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgParameterStatus)
	return endFrame(appendString(appendString(dst, p.Name), p.Value), at)
}

// Notification is what another session sent by NOTIFY; borrowed when decoded.
type Notification struct {
	ProcessID        uint32 // of the session that sent it
	Channel, Payload []byte
}

// DecodeNotification decodes a NotificationResponse.
func DecodeNotification(p []byte) (Notification, error) {
	c := cursor{b: p}
	n := Notification{ProcessID: c.u32(), Channel: c.str(), Payload: c.str()}
	if err := c.done("NotificationResponse"); err != nil {
		return Notification{}, err
	}
	return n, nil
}

// Append appends a NotificationResponse.
func (n Notification) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgNotificationResponse)
	return endFrame(appendString(appendString(appendU32(dst, n.ProcessID), n.Channel), n.Payload), at)
}
