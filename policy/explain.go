package policy

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

// Explanation is the answer to a question: what would be decided, and by what.
type Explanation struct {
	Question string             `json:"question"`
	Door     string             `json:"door"`
	Mode     string             `json:"mode"`    // the door's: report and learn let pass what is refused here
	Effect   string             `json:"effect"`  // allow, mask or deny
	Reasons  []ExplainedReason  `json:"reasons"` // the first decides
	Masks    []ExplainedMask    `json:"masks"`   // by column of the result
	Rules    []ExplainedRule    `json:"rules"`   // those that cover it; what they ask for holds together
	Near     []ExplainedRule    `json:"near"`    // those that speak of the caller and do not cover it, nearest first
	Verdict  sallyport.Verdict  `json:"-"`
	Crossing sallyport.Crossing `json:"-"`
}

// ExplainedReason is a reason and its place.
type ExplainedReason struct {
	Code string `json:"code"`
	At   string `json:"at"`
	Note string `json:"note,omitempty"`
}

// ExplainedMask is a column of the result that is masked.
type ExplainedMask struct {
	Result int    `json:"result"` // from 1
	Where  string `json:"where"`
	Masker string `json:"masker"`
}

// ExplainedRule is a rule, and what it asks for or what keeps it from
// covering the crossing.
type ExplainedRule struct {
	At   string   `json:"at"`
	Says []string `json:"says"`
}

func addrPort(a netip.Addr) netip.AddrPort { return netip.AddrPortFrom(a, 0) }

// Explain answers a sentence such as `colours may "SELECT 1" at db` or
// `anyone GET /x at front` by the same Match and Decide as a live door. An
// error says what of the sentence is not understood.
func (p *Policy) Explain(question string) (Explanation, error) {
	s, bad := p.read(question, true)
	if bad != nil {
		return Explanation{}, fmt.Errorf("reading the question: %w", bad)
	}
	g, v, bad := p.ask(s)
	if bad != nil {
		return Explanation{}, fmt.Errorf("answering the question: %w", bad)
	}
	e := Explanation{
		Question: question, Door: s.cross.Door, Mode: s.door.door.Mode.String(), Effect: v.Effect.String(),
		Verdict: v, Crossing: s.cross, Reasons: []ExplainedReason{}, Masks: []ExplainedMask{}, Rules: []ExplainedRule{}, Near: []ExplainedRule{},
	}
	for _, r := range v.Reasons {
		if act, ok := s.cross.Act.(*sallyport.Statement); ok && r.Code == sallyport.Unparsed {
			r.Note += ": " + short(act.Unparsed)
		}
		e.Reasons = append(e.Reasons, ExplainedReason{r.Code.String(), r.At.String(), r.Note})
	}
	for _, m := range v.Masks {
		e.Masks = append(e.Masks, ExplainedMask{m.Result, m.Where, m.Masker})
	}
	covering := map[sallyport.Position]bool{}
	for _, at := range g.Rules {
		covering[at] = true
		for i := range s.door.rules {
			if r := &s.door.rules[i]; r.At == at {
				e.Rules = append(e.Rules, ExplainedRule{at.String(), r.asksFor()})
			}
		}
	}
	if v.Reason().Code.BuiltIn() {
		return e, nil // no rule could have covered it
	}
	w, _ := p.matcher.proven(s.cross.From, s.cross.Context.Time, true)
	for _, r := range s.door.misses(s.door.number(w), &s.cross) {
		if lacks, _ := s.door.lacks(r, &s.cross); !covering[r.At] {
			e.Near = append(e.Near, ExplainedRule{r.At.String(), []string{"allows " + lacks}})
		}
	}
	return e, nil
}

// asksFor lists a rule's obligations.
func (r *compiledRule) asksFor() []string {
	all := []string{}
	if r.Prepared {
		all = append(all, "prepared: required")
	}
	if r.Shapes.Ref != "" {
		all = append(all, "shapes: file:"+r.Shapes.Ref)
	}
	if r.Rows.Set() {
		all = append(all, fmt.Sprintf("rows: %d", r.Rows.Max))
	}
	for _, b := range r.Budgets {
		all = append(all, fmt.Sprintf("%s: %d", budgetKey(b), b.Rows))
	}
	for _, b := range r.Values {
		all = append(all, fmt.Sprintf("values-per-hour: %d of the class %s", b.Values, b.Class))
	}
	if r.Body.Set() {
		all = append(all, "body: "+bytesOf(r.Body.Max))
	}
	for _, rate := range r.Rates {
		unit := map[string]string{"1s": "s", "1m0s": "m", "1h0m0s": "h"}[rate.Per.String()]
		all = append(all, fmt.Sprintf("rate: %d/%s per %s", rate.N, unit, rate.Key))
	}
	if r.Login != "" {
		all = append(all, "login: "+r.Login)
	}
	return all
}

// Write prints the explanation for a person.
func (e Explanation) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", e.Effect)
	for _, r := range e.Reasons {
		fmt.Fprintf(&b, "  because %s at %s", r.Code, r.At)
		if r.Note != "" {
			fmt.Fprintf(&b, ": %s", r.Note)
		}
		b.WriteByte('\n')
	}
	for _, m := range e.Masks {
		fmt.Fprintf(&b, "  column %d, of %s, is masked by %s\n", m.Result, m.Where, m.Masker)
	}
	for _, r := range e.Rules {
		fmt.Fprintf(&b, "  covered by %s", r.At)
		if len(r.Says) > 0 {
			fmt.Fprintf(&b, ", which asks for %s", strings.Join(r.Says, ", "))
		}
		b.WriteByte('\n')
	}
	for _, r := range e.Near {
		fmt.Fprintf(&b, "  not covered by %s, which %s\n", r.At, strings.Join(r.Says, ", "))
	}
	if e.Mode != "enforce" && e.Effect != "allow" {
		fmt.Fprintf(&b, "  the door is in mode %s: unless the refusal is built in, it lets this pass as it is and records it\n", e.Mode)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// runTests reports each test that cannot be read or does not hold.
func (r *reader) runTests() {
	for _, t := range r.p.Tests {
		v := r.nodeAt(t.At)
		s, bad := r.p.read(t.Text, false)
		if bad != nil {
			r.doc.report(Error, r.within(v, t.Text, bad.from, bad.to), t.At.Path, bad.code, bad.hint, "%s", bad.what)
			continue
		}
		if st, ok := s.cross.Act.(*sallyport.Statement); ok && st.Unparsed != "" {
			// It would be refused for that, and a slip of the pen hold as a test.
			r.doc.report(Error, r.doc.extent(v), t.At.Path, CodeTestSQL, "write one SQL statement as the app sends it", "the statement was not understood: %s", st.Unparsed)
			continue
		}
		_, verdict, bad := r.p.ask(s)
		if bad != nil {
			r.doc.report(Error, r.within(v, t.Text, bad.from, bad.to), t.At.Path, bad.code, bad.hint, "%s", bad.what)
			continue
		}
		switch {
		case !s.not && verdict.Denied():
			r.doc.report(Error, r.doc.extent(v), t.At.Path, CodeTestFailed, "mend the rule or the test", "the test wants this allowed, and it is refused: %s", verdict.Reason())
		case s.not && !verdict.Denied():
			r.doc.report(Error, r.doc.extent(v), t.At.Path, CodeTestFailed, "mend the rule or the test", "the test wants this refused, and it is allowed: %s", verdict.Reason())
		}
	}
}

// within is the span of text[from:to] in a scalar that is written as it is, or
// else the scalar.
func (r *reader) within(n *yaml.Node, text string, from, to int) span {
	s := r.doc.extent(n)
	if raw, ok := r.doc.raw(n); ok && raw == text && from <= to && to <= len(text) {
		start := s.from + utf8.RuneCountInString(text[:from])
		return span{s.line, start, start + utf8.RuneCountInString(text[from:to])}
	}
	return s
}
