package classes

// Brazilian CPF and CNPJ: Receita Federal: two check digits, each by modulus
// 11 over all digits before it.

var (
	cpfWeights  = []byte{11, 10, 9, 8, 7, 6, 5, 4, 3, 2}
	cnpjWeights = []byte{6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2}
)

// brazilian checks both digits; the first's weights are the second's without
// their first.
func brazilian(d, weights []byte) bool {
	n := len(weights) + 1
	if len(d) != n || uniform(d) {
		return false
	}
	return brazilianDigit(weighed(d, weights[1:])) == d[n-2] && brazilianDigit(weighed(d, weights)) == d[n-1]
}

func brazilianDigit(sum int) byte {
	if rest := sum % 11; rest > 1 {
		return byte(11 - rest)
	}
	return 0
}

// person looks for a CPF, company for a CNPJ. In their own punctuation they are
// certain; else one number in a hundred passes the check.
func (s *Scanner) person(i, end int, printed bool) bool {
	return s.brazil(brCPF, saysCPF, cpfWeights, i, end, printed)
}

func (s *Scanner) company(i, end int, printed bool) bool {
	return s.brazil(brCNPJ, saysCNPJ, cnpjWeights, i, end, printed)
}

func (s *Scanner) brazil(c class, says kind, weights []byte, i, end int, printed bool) bool {
	var room [14]byte
	if !brazilian(digitsOf(room[:0], s.buf[i:end]), weights) {
		return false
	}
	how := Medium
	if printed || s.beside(says, i, end) {
		how = High
	}
	s.found(c, i, end, how)
	return how == High
}
