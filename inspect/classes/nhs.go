package classes

// NHS numbers of England, Wales and the Isle of Man: NHS Data Dictionary, NHS
// NUMBER: ten digits, the last by modulus 11.

var nhsWeights = []byte{10, 9, 8, 7, 6, 5, 4, 3, 2}

func nhsValid(d []byte) bool {
	check := (11 - weighed(d, nhsWeights)%11) % 11
	return len(d) == 10 && check == int(d[9]) && !uniform(d)
}

// health looks for an NHS number in [i, end). Written as it is printed, with
// blanks, it is told by itself; else a word has to name it, for one telephone
// number in eleven passes the check.
func (s *Scanner) health(i, end int, printed bool) bool {
	var room [10]byte
	if !nhsValid(digitsOf(room[:0], s.buf[i:end])) {
		return false
	}
	how := Low
	switch {
	case s.beside(saysNHS, i, end):
		how = High
	case !printed || s.beside(saysPhone, i, end):
		return false
	}
	s.found(ukNHS, i, end, how)
	return how == High
}
