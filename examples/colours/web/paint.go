package web

import (
	"maps"
	"slices"
	"strings"
)

// known are the colours that the app can paint by name (CSS Color Module
// Level 4, section 6.1).
var known = map[string]string{
	"black": "#000000", "white": "#ffffff", "grey": "#808080", "silver": "#c0c0c0",
	"red": "#ff0000", "crimson": "#dc143c", "coral": "#ff7f50", "salmon": "#fa8072",
	"orange": "#ffa500", "gold": "#ffd700", "yellow": "#ffff00", "khaki": "#f0e68c",
	"olive": "#808000", "lime": "#00ff00", "green": "#008000", "teal": "#008080",
	"turquoise": "#40e0d0", "cyan": "#00ffff", "sky blue": "#87ceeb", "blue": "#0000ff",
	"navy": "#000080", "indigo": "#4b0082", "violet": "#ee82ee", "purple": "#800080",
	"rebecca purple": "#663399", "magenta": "#ff00ff", "pink": "#ffc0cb", "brown": "#a52a2a",
}

// paint is the code of a colour, or "" where its name says nothing to us.
func paint(name string) string {
	if len(name) == 7 && strings.HasPrefix(name, "#") {
		return name
	}
	return known[name]
}

func names() []string { return slices.Sorted(maps.Keys(known)) }
