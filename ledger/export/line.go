package export

import (
	"io"
	"path"
	"strings"

	"github.com/sallyport/sallyport/ledger"
)

// Lines shows entries to a person, each on one line no wider than the style's
// width, with a line for the day wherever it changes:
//
//	── Monday 2026-11-23 UTC ──
//	09:14:07.398   #1042 ✓ allow db      ▸ colours      1 row     SELECT name FROM col…   policy.yaml:38
//	09:14:07.412   #1043 ✕ deny  world   ◂ colours   ▸0 ◂22M      POST /api/create        no-rule policy.yaml:41
//
// These are: when it began, its number in the log, the verdict, the door, the direction of the act
// (▸ into the app, ◂ out of it), who, what moved into and out of the app or how
// many rows, what was done, and why with the line of the policy.
type Lines struct {
	w     io.Writer
	style Style
	day   string
}

// NewLines writes to w.
func NewLines(w io.Writer, style Style) *Lines { return &Lines{w: w, style: style} }

// Write writes one entry.
func (l *Lines) Write(n Numbered) error {
	at := n.Entry.Time.In(l.style.zone())
	var b strings.Builder
	if day := at.Format("Monday 2006-01-02 MST"); day != l.day {
		l.day = day
		rule := l.style.mark("──", "--")
		b.WriteString(l.style.paint(dim, rule+" "+day+" "+rule) + "\n")
	}
	b.WriteString(l.style.Line(n) + "\n")
	_, err := io.WriteString(l.w, b.String())
	return err
}

// Widths of a line's columns; what and why share the rest.
const (
	indexWidth   = 7
	verdictWidth = 7
	doorWidth    = 7
	whoWidth     = 10
	sizeWidth    = 11
	leastWhat    = 10
)

// Line is the entry on one line, without the line's end.
func (st Style) Line(n Numbered) string {
	e := n.Entry
	sign, colour := st.verdict(e.Effect, e.Would)
	switch e.Type {
	case ledger.Crossed, ledger.Flood:
	case ledger.Admitted:
		sign, colour = st.mark("→", ">")+" begun", dim
	default:
		sign, colour = st.mark("●", "*")+" event", bold
	}
	why := why(e)
	left := []string{
		st.paint(dim, e.Time.In(st.zone()).Format("15:04:05.000")),
		st.paint(dim, st.right("#"+unsigned(n.Index), indexWidth)),
		st.paint(colour, st.fit(sign, verdictWidth)),
		st.fit(Printable(e.Door), doorWidth),
		st.direction(e.Act.Dir),
		st.fit(who(e.From), whoWidth),
		st.right(st.moved(e), sizeWidth),
	}
	room := st.width() - (12 + indexWidth + verdictWidth + doorWidth + 1 + whoWidth + sizeWidth) - len(left)
	if most := room - leastWhat - 2; cells(why) > most {
		if why = strings.Join(decided(e), " "); why == "" {
			why = place(e)
		}
		why = st.cut(why, most)
	}
	space := room - cells(why)
	if why != "" {
		space -= 2
	}
	line := strings.Join(left, " ") + " " + st.fit(did(e), space)
	if why != "" {
		reasonColour := colour
		if e.Effect == "allow" && colour == green {
			reasonColour = dim
		}
		line += "  " + st.paint(reasonColour, why)
	}
	return strings.TrimRight(line, " ")
}

func who(p ledger.Peer) string {
	switch {
	case p.Name != "":
		return Printable(p.Name)
	case p.Kind == "" || p.Kind == "unknown":
		return Printable(p.Addr)
	}
	return Printable(p.Kind)
}

// moved is the rows of a statement, else the bytes each way.
func (st Style) moved(e *ledger.Entry) string {
	switch {
	case e.Count > 0:
		return st.mark("×", "x") + grouped(e.Count)
	case e.Type == ledger.Admitted:
		return ""
	case e.Act.Affected > 0:
		return about(e.Act.Affected) + " changed"
	case e.Act.Kind == "sql" && (e.In.Rows > 0 || e.Effect == "allow"):
		if e.In.Rows < 1000 {
			return some(e.In.Rows, "row")
		}
		return about(e.In.Rows) + " rows"
	case e.In.Bytes == 0 && e.Out.Bytes == 0:
		return ""
	}
	return st.direction("ingress") + short(e.In.Bytes) + " " + st.direction("egress") + short(e.Out.Bytes)
}

// did is what was done, with the status or error that came of it.
func did(e *ledger.Entry) string {
	a := &e.Act
	words := []string{a.What}
	switch a.Kind {
	case "sql":
		if a.What == "" {
			words = []string{a.Verb, strings.Join(a.Tables, ", ")}
		}
	case "http":
		words = []string{a.Verb, a.What}
		if a.Status > 0 {
			words = append(words, unsigned(uint64(a.Status)))
		}
	case "":
		words = []string{string(e.Type), e.Note}
	default:
		words = []string{a.Kind, a.Verb, a.What, a.Host}
		if e.To.Name != "" {
			words = append(words, "to", e.To.Name)
		}
	}
	if a.Error != "" {
		words = append(words, "error "+a.Error)
	}
	var some []string
	for _, w := range words {
		if w = Printable(strings.Join(strings.Fields(w), " ")); w != "" {
			some = append(some, w)
		}
	}
	return strings.Join(some, " ")
}

// why is the reason that decided and its line of the policy. That a rule
// allows is said by the line alone.
func why(e *ledger.Entry) string {
	words := decided(e)
	if len(e.Reasons) > 0 && (e.Reasons[0].At != "" || len(words) == 0) {
		words = append(words, place(e))
	}
	return strings.Join(words, " ")
}

// decided is what decided, without its place: the code, and what would have
// been done where that is something else.
func decided(e *ledger.Entry) []string {
	var words []string
	if e.Would != "" && e.Would != e.Effect {
		words = append(words, "would "+Printable(e.Would))
	}
	if len(e.Reasons) > 0 && e.Reasons[0].Code != "rule" {
		words = append(words, Printable(e.Reasons[0].Code))
	}
	return words
}

// place is the line of the policy that decided, or the code where there is none.
func place(e *ledger.Entry) string {
	switch {
	case len(e.Reasons) == 0:
		return ""
	case e.Reasons[0].At == "":
		return Printable(e.Reasons[0].Code)
	}
	return Printable(path.Base(e.Reasons[0].At))
}
