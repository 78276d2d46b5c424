// Package httpgate is the HTTP door: it terminates TLS, HTTP/1.1 and HTTP/2,
// asks who the caller is, brings each request into the one canonical form that
// is both judged and forwarded, and streams body and response through the
// guard.
//
// It knows HTTP and nothing of rules: what may cross, how often and how large
// is decided by the guard; the door builds crossings, meets obligations and
// turns verdicts into answers. It holds no body in memory.
//
// The folder is gate/http; the package is called httpgate because every file
// of it needs net/http under that package's own name.
package httpgate
