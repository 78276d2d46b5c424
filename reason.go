package sallyport

// ReasonCode is why a crossing was allowed or refused: a closed set, which is
// also the label of the metrics. The zero value is no reason.
type ReasonCode uint8

const (
	NoReason         ReasonCode = iota
	ByRule                      // a rule asks for it
	NoRule                      // no rule of the door covers it whole
	UnknownDoor                 // the policy has no such door
	UnknownCaller               // the rules of the door want a caller that is proven
	BadCredentials              // what was shown as proof is wrong
	BadCertificate              // the client certificate that the door wants is missing, or not valid
	WrongAddress                // the caller is not where the policy says it is
	TLSRequired                 // the client came in the clear
	Protocol                    // a message that breaks the protocol, or one the door refuses
	Ambiguous                   // it can be read in more than one way
	UpgradeRefused              // an Upgrade that no rule names
	Unparsed                    // the door cannot understand it
	MultiStatement              // several statements in one
	LocalFile                   // it would read a file of the client
	Dangerous                   // a function or clause that needs a grant of its own
	Unprepared                  // the rule wants a prepared statement
	UnknownShape                // the rule wants a statement of a shape that it knows
	RowLimit                    // more rows than the rule allows
	RowBudget                   // more rows than the rule allows in a span of time
	ValuesSpent                 // more different values of a class than the rule allows in a span of time
	BodyLimit                   // a larger body than the rule allows
	RateLimit                   // more often than the rule allows
	QuotaSpent                  // the door's or the caller's quota is used up
	Killed                      // the kill switch is on
	PolicyChanged               // the policy that now holds does not allow it
	Draining                    // the gateway is stopping
	Unrecorded                  // the ledger cannot take the entry
	Inspected                   // an inspector found what it must refuse
	ClassRefused                // data of a class that may not cross
	UnknownLineage              // it may hold data of such a class, and nobody can tell
	PredicateRefused            // a condition would tell what a mask hides
	UpstreamRefused             // the other side could not be reached, proven or trusted
	reasonCodes
)

// reasons is what each code is called, and whether it is BuiltIn.
var reasons = [reasonCodes]struct {
	word    string
	builtIn bool
}{
	NoReason:         {word: "none"},
	ByRule:           {word: "rule"},
	NoRule:           {word: "no-rule"},
	UnknownDoor:      {word: "unknown-door", builtIn: true},
	UnknownCaller:    {word: "unknown-caller"},
	BadCredentials:   {word: "bad-credentials", builtIn: true},
	BadCertificate:   {word: "bad-certificate", builtIn: true},
	WrongAddress:     {word: "wrong-address", builtIn: true},
	TLSRequired:      {word: "tls-required", builtIn: true},
	Protocol:         {word: "protocol", builtIn: true},
	Ambiguous:        {word: "ambiguous", builtIn: true},
	UpgradeRefused:   {word: "upgrade", builtIn: true},
	Unparsed:         {word: "unparsed", builtIn: true},
	MultiStatement:   {word: "multi-statement", builtIn: true},
	LocalFile:        {word: "local-file", builtIn: true},
	Dangerous:        {word: "dangerous"},
	Unprepared:       {word: "unprepared"},
	UnknownShape:     {word: "unknown-shape"},
	RowLimit:         {word: "row-limit"},
	RowBudget:        {word: "row-budget"},
	ValuesSpent:      {word: "value-budget"},
	BodyLimit:        {word: "body-limit"},
	RateLimit:        {word: "rate-limit"},
	QuotaSpent:       {word: "quota", builtIn: true},
	Killed:           {word: "killed", builtIn: true},
	PolicyChanged:    {word: "policy-changed"},
	Draining:         {word: "draining", builtIn: true},
	Unrecorded:       {word: "unrecorded", builtIn: true},
	Inspected:        {word: "inspected", builtIn: true},
	ClassRefused:     {word: "class"},
	UnknownLineage:   {word: "unknown-lineage"},
	PredicateRefused: {word: "predicate"},
	UpstreamRefused:  {word: "upstream", builtIn: true},
}

// String is the code's word: the metric label and the word in the ledger.
func (c ReasonCode) String() string {
	if c >= reasonCodes {
		return "?"
	}
	return reasons[c].word
}

// ReasonCodes is every code but the zero one.
func ReasonCodes() []ReasonCode {
	var all []ReasonCode
	for c := NoReason + 1; c < reasonCodes; c++ {
		all = append(all, c)
	}
	return all
}

// BuiltIn tells whether the code is a refusal that beats every rule in every
// mode: what the door cannot understand, what breaks the protocol or the
// transport, what nobody proved, what cannot be recorded, and what an operator
// or the gateway's own bounds stop. Learn and report do not soften it.
func (c ReasonCode) BuiltIn() bool { return c < reasonCodes && reasons[c].builtIn }
