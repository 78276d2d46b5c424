package main

import (
	"errors"

	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/mask"
	"github.com/sallyport/sallyport/policy"
)

// masker reads the masker that a class of a policy names.
func masker(text string) (m policy.Masker, what, hint string) {
	spec, err := mask.Parse(text)
	var wrong *mask.SpecError
	switch {
	case errors.As(err, &wrong):
		return m, wrong.Message, wrong.Hint
	case err != nil:
		return m, err.Error(), "name a masker of docs/masking.md"
	}
	return policy.Masker{Spec: spec.String(), Keyed: spec.Keyed(), Single: spec.Single()}, "", ""
}

// maskers makes the maskers of a policy, with the key of each app that has one.
func maskers(p *policy.Policy) (guard.Maskers, error) {
	keys := map[string][]byte{}
	for _, a := range p.Apps {
		if !a.MaskingKey.IsZero() {
			keys[a.Name] = a.MaskingKey.Reveal()
		}
	}
	return mask.NewSet(keys)
}
