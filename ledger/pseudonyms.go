package ledger

// Pseudonyms is the Pseudonym of the log in dir for a reader that may read the
// log's key, so that it can look for a value it knows. It makes no key.
func Pseudonyms(dir string) (func(kind string, value []byte) string, error) {
	keys, err := openKeys(osFS{}, dir, "")
	if err != nil {
		return nil, err
	}
	l := &Log{keys: keys}
	return l.Pseudonym, nil
}
