package daemon

import (
	"fmt"

	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
)

// settings is what the guard has to know of a policy.
func settings(p *policy.Policy, maskers func(*policy.Policy) (guard.Maskers, error)) (guard.Settings, error) {
	s := guard.Settings{Decider: p}
	if maskers != nil {
		var err error
		if s.Maskers, err = maskers(p); err != nil {
			return s, fmt.Errorf("making the maskers: %w", err)
		}
	}
	for _, d := range p.Doors {
		s.Doors = append(s.Doors, guard.Door{
			Name:              d.Name,
			Mode:              modes[d.Mode],
			Strict:            d.Audit == policy.Strict,
			Classified:        d.Classified(),
			Rate:              d.Limits.Rate,
			Sessions:          d.Limits.Sessions,
			SessionsPerCaller: d.Limits.SessionsPerCaller,
			Unproven:          d.Limits.Unproven,
			Requests:          d.Limits.Requests,
			RequestsPerCaller: d.Limits.RequestsPerCaller,
		})
	}
	return s, nil
}

var modes = map[policy.Mode]guard.Mode{
	policy.Enforce: guard.Enforce,
	policy.Report:  guard.Report,
	policy.Learn:   guard.Learn,
}
