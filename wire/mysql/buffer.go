package mysql

import "sync"

const (
	headerSize = 4
	// maxFrame is the longest payload of one frame; one of exactly this length
	// is continued by the next.
	maxFrame = 1<<24 - 1
	// bufferSize is that of the pooled buffers that a Reader and a Writer use
	// while there is something in them.
	bufferSize = 32 << 10
	// smallSize is that of the buffer a Reader waits with. It holds the
	// commands of most applications.
	smallSize = 256
)

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}
