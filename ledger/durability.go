package ledger

// Durability says when Append returns. The zero value is the safer one.
type Durability uint8

const (
	Durable  Durability = iota // once the entry is synced to disk
	Buffered                   // once it is in bounded memory; a crash can lose the last moments
)
