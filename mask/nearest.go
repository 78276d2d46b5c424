package mask

import "strings"

// nearest is the masker whose name differs least from the one written, where
// the difference is small enough to be a slip of the hand. Capitals and
// underscores are one.
func nearest(name string) (string, bool) {
	if len(name) > 32 {
		return "", false
	}
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	best, least := "", min(3, 1+len(name)/3)+1
	for i := range kinds {
		if d := distance(name, kinds[i].name); d < least {
			best, least = kinds[i].usage(), d
		}
	}
	return best, best != ""
}

// distance is how many bytes to change, add, drop or swap with the next to
// make b of a.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	var twoBefore []int
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		twoBefore, before, row = before, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(before[j]+1, row[j-1]+1, before[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], twoBefore[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
