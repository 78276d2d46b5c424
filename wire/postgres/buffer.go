package postgres

import "sync"

const (
	// headerSize is that of the type byte and the length, which counts itself
	// but not the type.
	headerSize = 5
	// maxLength is the greatest length that a server sends or takes: it makes
	// every message in one allocation of less than 1 GiB.
	maxLength  = 1<<30 - 1
	maxPayload = maxLength - 4
	// bufferSize is that of the pooled buffers that a Reader and a Writer use
	// while there is something in them.
	bufferSize = 32 << 10
	// smallSize is that of the buffer a Reader waits with. It holds the Parse,
	// Bind, Describe, Execute and Sync of most statements.
	smallSize = 512
)

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}
