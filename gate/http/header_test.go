package httpgate

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckHeader(t *testing.T) {
	for _, test := range []struct {
		name string
		h    http.Header
		want string
	}{
		{"ordinary", http.Header{"Accept": {"a", "b"}, "X_custom": {"1"}, "Cookie": {"a=b", "c=d"}}, ""},
		{"two types", http.Header{"Content-Type": {"a/b", "c/d"}}, "a header field that may stand once stands twice"},
		{"two credentials", http.Header{"Authorization": {"a", "b"}}, "a header field that may stand once stands twice"},
		{"underscore twin", http.Header{"X_forwarded_for": {"1"}}, "a header field is the twin of one that is trusted"},
		{"mixed twin", http.Header{"X-Forwarded_proto": {"1"}}, "a header field is the twin of one that is trusted"},
		{"dotted twin", http.Header{"X.real.ip": {"1"}}, "a header field is the twin of one that is trusted"},
		{"twin of the length", http.Header{"Content_length": {"1"}}, "a header field is the twin of one that is trusted"},
		{"twin of ours", http.Header{"X_sallyport_crossing": {"1"}}, "a header field is the twin of one that is trusted"},
		{"bad value", http.Header{"Accept": {"a\rb"}}, "a header field has an invalid value"},
		{"connection takes", http.Header{"Connection": {"close, X-Forwarded-For"}}, "the Connection field names a header field that is trusted"},
		{"connection takes credentials", http.Header{"Connection": {"authorization"}}, "the Connection field names a header field that is trusted"},
		{"connection is ordinary", http.Header{"Connection": {"keep-alive, X-Custom, Upgrade"}}, ""},
	} {
		err := checkHeader(test.h)
		if got := map[bool]string{true: "", false: "?"}[err == nil]; err != nil && err.Error() != test.want || err == nil && got != test.want {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestForwardable(t *testing.T) {
	got := forwardable(http.Header{
		"Accept": {"*/*"}, "X-Custom": {"1"}, "Cookie": {"a=b", "c=d"}, "Te": {"gzip, trailers"},
		"Connection": {"close, X-Private"}, "X-Private": {"1"}, "Keep-Alive": {"1"}, "Upgrade": {"h2c"}, "Transfer-Encoding": {"x"},
		"Proxy-Authorization": {"x"}, "X-Forwarded-For": {"1"}, "X-Forwarded-Anything": {"1"}, "X-Forwarded": {"1"}, "X-Forward-For": {"1"}, "X-Sallyport-Caller2": {"root"},
		"Wl-Proxy-Client-Ip": {"1"}, "X-Envoy-Original-Path": {"/admin"}, "X-Auth-Request-User": {"root"}, "X-Scheme": {"https"}, "Forwarded": {"for=1"}, "X-Real-Ip": {"1"},
		"X-Http-Method-Override": {"DELETE"}, "X-Original-Url": {"/admin"}, "X-Sallyport-Crossing": {"1"}, "Proxy": {"x"}, "Via": {"1"},
	})
	want := http.Header{"Accept": {"*/*"}, "X-Custom": {"1"}, "Cookie": {"a=b; c=d"}, "Te": {"trailers"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("forwarded (-want +got):\n%s", diff)
	}
}

func TestReturnable(t *testing.T) {
	got := http.Header{}
	returnable(got, http.Header{
		"Content-Type": {"a/b"}, "Content-Length": {"3"}, "Set-Cookie": {"a", "b"}, "Connection": {"X-Private, Content-Length"}, "X-Private": {"1"},
		"Transfer-Encoding": {"chunked"}, "Alt-Svc": {"h3=\":443\""}, "Trailer": {"X"}, "Upgrade": {"h2c"},
	})
	want := http.Header{"Content-Type": {"a/b"}, "Content-Length": {"3"}, "Set-Cookie": {"a", "b"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("returned (-want +got):\n%s", diff)
	}
}
