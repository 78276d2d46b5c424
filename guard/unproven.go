package guard

import "container/list"

// unproven is the sessions of a door that have proven nothing yet: by address,
// each address's in the order in which they came, and the addresses by how many
// they hold. Everything takes the same time however many there are, since it is
// a flood that fills it. The zero unproven is empty.
type unproven struct {
	n       int
	queues  map[holder]*queue
	holding []*list.List // of *queue, by how many sessions each holds
}

// queue is one address's sessions, the oldest first.
type queue struct {
	of       holder
	sessions list.List
	rank     *list.Element // in holding
}

func (u *unproven) add(s *Session) {
	q := u.queues[s.holder]
	if q == nil {
		q = &queue{of: s.holder}
		if u.queues == nil {
			u.queues = map[holder]*queue{}
		}
		u.queues[s.holder] = q
	}
	u.unrank(q)
	s.turn = q.sessions.PushBack(s)
	u.rank(q)
	u.n++
}

func (u *unproven) remove(s *Session) {
	q := u.queues[s.holder]
	u.unrank(q)
	q.sessions.Remove(s.turn)
	s.turn = nil
	u.rank(q)
	u.n--
}

func (u *unproven) unrank(q *queue) {
	if q.rank != nil {
		u.holding[q.sessions.Len()].Remove(q.rank)
		q.rank = nil
	}
}

// rank puts the queue among those that hold as many; of these the first is
// the one that has held so many for longest.
func (u *unproven) rank(q *queue) {
	n := q.sessions.Len()
	if n == 0 {
		delete(u.queues, q.of)
	}
	for len(u.holding) <= n {
		u.holding = append(u.holding, list.New())
	}
	if n > 0 {
		q.rank = u.holding[n].PushBack(q)
	}
	for top := len(u.holding) - 1; top >= 0 && u.holding[top].Len() == 0; top-- {
		u.holding = u.holding[:top]
	}
}

// of is how many sessions an address holds.
func (u *unproven) of(h holder) int {
	if q := u.queues[h]; q != nil {
		return q.sessions.Len()
	}
	return 0
}

// oldest is the oldest session of an address, or nil.
func (u *unproven) oldest(h holder) *Session {
	if q := u.queues[h]; q != nil {
		return q.sessions.Front().Value.(*Session)
	}
	return nil
}

// heaviest is the oldest session of the address that holds the most, or nil.
func (u *unproven) heaviest() *Session {
	if len(u.holding) == 0 {
		return nil
	}
	q := u.holding[len(u.holding)-1].Front().Value.(*queue)
	return q.sessions.Front().Value.(*Session)
}
