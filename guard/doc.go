// Package guard takes each crossing on its way: open, inspect, decide,
// transform, record. It is the only writer of the ledger.
//
// It knows crossings, verdicts and what must be durable before what. It knows
// no protocol and no policy language: who decides, inspects and masks is given
// to it from outside.
package guard
