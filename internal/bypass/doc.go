// Package bypass plays the corpus of testdata/bypass: scripts by which a
// client could read a column that is masked for it, or learn what is in it.
// Each is played directly against a real server, where it has to succeed, and
// through whatever is to stop it, where it must not.
//
// It knows the corpus, two real clients (go-sql-driver, pgx) and what counts
// as a secret that was seen. It knows no product: what stands between client
// and server is a data source name. testdata/bypass/README.md is the
// description for who wants to test another product by it.
package bypass
