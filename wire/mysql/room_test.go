package mysql

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// purse is a Room with so many bytes.
type purse struct{ left, held, most int }

var errEmpty = errors.New("the purse is empty")

func (p *purse) Take(n int) error {
	if n > p.left-p.held {
		return errEmpty
	}
	p.held += n
	p.most = max(p.most, p.held)
	return nil
}

func (p *purse) Give(n int) { p.held -= n }

// frames is payload as frames numbered from 0.
func frames(t *testing.T, payload []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	if err := w.WritePacket(payload); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i * 31 >> 3)
	}
	return p
}

func TestRoomIsAskedForWhatIsHeld(t *testing.T) {
	for _, size := range []int{bufferSize - headerSize, bufferSize, minJoined, minJoined + 1, maxPooled, maxPooled + 1, 5 << 20, maxFrame, maxFrame + 1, 2*maxFrame + 7} {
		payload := pattern(size)
		room := &purse{left: 1 << 30}
		r := NewReader(bytes.NewReader(frames(t, payload)), size)
		r.SetRoom(room)
		got, err := r.ReadPacket()
		if err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%d bytes: %d came, %v", size, len(got), err)
		}
		if size+headerSize <= bufferSize && room.most > 0 {
			t.Errorf("%d bytes: %d were asked for, and the buffer holds them", size, room.most)
		}
		if size+headerSize > bufferSize && (room.held < size || room.held > max(minJoined, 2*size)) {
			t.Errorf("%d bytes: %d are held", size, room.held)
		}
		if room.most > 3*max(minJoined, size) {
			t.Errorf("%d bytes: %d were held on the way", size, room.most)
		}
		if _, err := r.ReadPacket(); err != io.EOF {
			t.Fatal(err)
		}
		if room.held != 0 {
			t.Errorf("%d bytes: %d are still held when the next packet is read", size, room.held)
		}
	}
}

// TestMemoryGrowsWithWhatCame announces 16 MiB and sends less.
func TestMemoryGrowsWithWhatCame(t *testing.T) {
	whole := frames(t, pattern(maxFrame-1))
	for _, came := range []int{headerSize + 1, bufferSize, 100 << 10, 3 << 20} {
		room := &purse{left: 1 << 30}
		r := NewReader(bytes.NewReader(whole[:came]), maxFrame)
		r.SetRoom(room)
		if _, err := r.ReadPacket(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
		if room.most > 3*max(minJoined, came) || room.held != 0 {
			t.Errorf("of %d bytes that came %d were held, and %d still are", came, room.most, room.held)
		}
	}
}

func TestPacketWithoutRoomCanBeSkipped(t *testing.T) {
	for _, size := range []int{bufferSize, 300 << 10, 5 << 20, maxFrame, maxFrame + 99} {
		for _, left := range []int{0, minJoined, 3 * minJoined} {
			room := &purse{left: left}
			stream := append(frames(t, pattern(size)), frames(t, []byte("next"))...)
			r := NewReader(bytes.NewReader(stream), 1<<30)
			r.SetRoom(room)
			_, err := r.ReadPacket()
			if err == nil && size <= left {
				continue
			}
			if !errors.Is(err, errEmpty) || room.held != 0 {
				t.Fatalf("%d of %d bytes: %v, %d are held", left, size, err, room.held)
			}
			if _, err := r.Packet(); err == nil {
				t.Error("a packet that was partly taken was given")
			}
			if _, err := r.Peek(1); err == nil {
				t.Error("a packet that was partly taken was shown")
			}
			if _, err := r.Forward(NewWriter(io.Discard)); err == nil {
				t.Error("a packet that was partly taken was forwarded")
			}
			if err := r.Skip(); err != nil {
				t.Fatal(err)
			}
			*r.seq = 0
			if p, err := r.ReadPacket(); err != nil || string(p) != "next" {
				t.Errorf("behind it came %q, %v", p, err)
			}
		}
	}
}
