package sql

// TokenKind is what a token is, in every dialect.
type TokenKind uint8

// The kinds of token. The zero value is no token.
const (
	TokenNone         TokenKind = iota
	TokenWord                   // keyword or identifier without quotes
	TokenIdent                  // an identifier that can be no keyword: quoted, or part of a dotted name
	TokenString                 // string with its quotes, introducer or prefix
	TokenInteger                // 42
	TokenDecimal                // 4.2
	TokenFloat                  // 4e2
	TokenHex                    // 0x2a, x'2a'
	TokenBit                    // 0b101, b'101'
	TokenParam                  // ?
	TokenUserVar                // @name with its quotes
	TokenSysVar                 // @@name, @@global
	TokenOperator               // operators and punctuation
	TokenSemicolon              // ;
	TokenComment                // a comment, or a versioned one that this server skips
	TokenHint                   // /*+ … */
	TokenVersionOpen            // the opening of a versioned comment whose body is code
	TokenVersionClose           // its */
)

// Literal reports whether k is a value written in the text.
func (k TokenKind) Literal() bool { return k >= TokenString && k <= TokenBit }

// Trivia reports whether the server skips tokens of this kind.
func (k TokenKind) Trivia() bool { return k >= TokenComment }

// Token is a piece of a statement: text[Start:End]. Tokens are in order and do
// not overlap; between them there is nothing but blanks.
type Token struct {
	Kind       TokenKind
	Flags      TokenFlags
	Word       uint16 // the dialect's number of a word that can be a keyword, 0 for none
	Start, End uint32
}

// TokenFlags says more of a token.
type TokenFlags uint8

// The flags.
const (
	// TokenQuoted: an identifier or variable that stands in quotes.
	TokenQuoted TokenFlags = 1 << iota
	// TokenTight: nothing stands between this token and the one before it.
	TokenTight
)

// Text returns the token's bytes in text, which is the one it was cut from.
func (t Token) Text(text []byte) []byte { return text[t.Start:t.End] }
