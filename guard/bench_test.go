package guard

import (
	"context"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// nowhere is a Recorder that drops entries, so that a benchmark times the guard.
type nowhere struct{}

func (nowhere) Append(*ledger.Entry, ledger.Durability) error { return nil }
func (nowhere) Pressed() bool                                 { return false }
func (nowhere) Pseudonym(string, []byte) string               { return "h:x" }

func BenchmarkStatement(b *testing.B) {
	g := New(Options{Recorder: nowhere{}})
	g.Swap(Settings{Decider: allowing(sallyport.Grant{}), Doors: []Door{{Name: "db"}}})
	act := &sallyport.Statement{Protocol: "mysql", Kind: "select", Kinds: []string{"select"},
		Tables: []sallyport.TableUse{{Name: "colours"}}, Shape: "select name from colours where user_id = ?"}
	from := sallyport.Party{Kind: sallyport.AppParty, Name: "colours", Proof: sallyport.ProofPassword}
	cut := func(error) {}
	ctx := context.Background()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c := &sallyport.Crossing{Door: "db", From: from, Act: act}
			p, err := g.Open(ctx, c, cut)
			if err != nil {
				b.Fatal(err)
			}
			p.Count(sallyport.Ingress, 80, 1)
			if err := p.Close(nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkReaderChunk(b *testing.B) {
	g := New(Options{Recorder: nowhere{}})
	g.Swap(Settings{Decider: allowing(sallyport.Grant{}), Doors: []Door{{Name: "front"}}})
	p, err := g.Open(context.Background(), request(), nil)
	if err != nil {
		b.Fatal(err)
	}
	r := p.Reader(sallyport.Egress, zeros{})
	chunk := make([]byte, 32<<10)
	b.SetBytes(int64(len(chunk)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(chunk); err != nil {
			b.Fatal(err)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
