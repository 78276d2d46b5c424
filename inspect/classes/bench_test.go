package classes

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// sample is what people scan most: prose, JSON as services speak it, and bytes
// without any form. Few of its numbers are of a class.
func sample(kind string) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < 1<<20 {
		switch kind {
		case "prose":
			b.WriteString(prose)
			fmt.Fprintf(&b, "In %d, the %d pages of it were read by %d people; see p. %d.\n\n", 1700+r.IntN(300), r.IntN(1000), r.IntN(100000), r.IntN(400))
		case "json":
			fmt.Fprintf(&b, `{"id":%d,"uuid":"%08x-%04x-4%03x-a%03x-%012x","created_at":"2026-%02d-%02dT%02d:%02d:%02d.%03dZ","status":"shipped","total":%d.%02d,"currency":"EUR","quantity":%d,"tags":["blue","express","gift_wrap"],"notes":%q,"active":true,"parent":null},`+"\n",
				r.IntN(1e7), r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000), r.IntN(900), r.IntN(100), r.IntN(50), prose[:60+r.IntN(60)])
		case "binary":
			for range 512 {
				var word [8]byte
				for i, v := 0, r.Uint64(); i < 8; i, v = i+1, v>>8 {
					word[i] = byte(v)
				}
				b.Write(word[:])
			}
		case "dense": // a hit in each line, with the words that name it
			fmt.Fprintf(&b, "card %s, mail user%d@example.com, ip 192.0.2.%d, ssn 123-45-%04d, phone +1 202 555 %04d\n", "4111 1111 1111 1111", r.IntN(1000), r.IntN(256), 1+r.IntN(9999), r.IntN(10000))
		}
	}
	return b.Bytes()[:1<<20]
}

// prose is the beginning of Pride and Prejudice (1813).
var prose = `It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.
However little known the feelings or views of such a man may be on his first entering a neighbourhood, this truth is so well fixed in the minds of the surrounding families, that he is considered as the rightful property of some one or other of their daughters.
"My dear Mr. Bennet," said his lady to him one day, "have you heard that Netherfield Park is let at last?"
Mr. Bennet replied that he had not. "But it is," returned she; "for Mrs. Long has just been here, and she told me all about it."
Mr. Bennet made no answer. "Do not you want to know who has taken it?" cried his wife impatiently. "You want to tell me, and I have no objection to hearing it." This was invitation enough.
"Why, my dear, you must know, Mrs. Long says that Netherfield is taken by a young man of large fortune from the north of England; that he came down on Monday in a chaise and four to see the place, and was so much delighted with it, that he agreed with Mr. Morris immediately; that he is to take possession before Michaelmas, and some of his servants are to be in the house by the end of next week."
`

// cpu is the processor time of the process: on a busy machine it tells what
// the clock does not.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkScan(b *testing.B) {
	for _, kind := range []string{"prose", "json", "binary", "dense"} {
		b.Run(kind, func(b *testing.B) {
			data := sample(kind)
			s := New(every(b), func(Hit) {})
			measure(b, data, func() {
				s.Reset()
				for at := 0; at < len(data); at += 32 << 10 {
					s.Write(data[at:min(at+32<<10, len(data))])
				}
				s.Close()
			})
		})
	}
}

// BenchmarkReference is how fast the machine is at something well known, on
// the same bytes: figures of scanning are held against it.
func BenchmarkReference(b *testing.B) {
	data := sample("prose")
	measure(b, data, func() { sha256.Sum256(data) })
}

func measure(b *testing.B, data []byte, once func()) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	begin := cpu(b)
	for b.Loop() {
		once()
	}
	b.ReportMetric(float64(b.N)*float64(len(data))/1e6/(cpu(b)-begin).Seconds(), "MB/cpu-s")
}
