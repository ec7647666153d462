package twilio

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// call is one request to the REST API. twilio-go takes neither a context nor a
// base URL, and hides status and headers of a failure; being the transport of
// its own HTTP client, a call gives the first two and keeps the others.
type call struct {
	carrier *Carrier
	ctx     context.Context
	left    atomic.Bool // the request may have reached the carrier
	status  int         // of the answer, 0 when there was none
	after   time.Duration
}

// begin prepares one call; done must be called after the answer was read.
func (c *Carrier) begin(ctx context.Context) (one *call, api *openapi.ApiService, done context.CancelFunc) {
	ctx, done = context.WithTimeout(ctx, c.cfg.Timeout)
	one = &call{carrier: c, ctx: ctx}
	rest := &client.Client{
		Credentials: client.NewCredentials(c.cfg.AccountSID, string(c.cfg.AuthTokens[0])),
		HTTPClient: &http.Client{
			Transport:     one,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	rest.SetAccountSid(c.cfg.AccountSID)
	return one, openapi.NewApiServiceWithClient(rest), done
}

// RoundTrip sends the request to the configured base URL under the call's
// context.
func (one *call) RoundTrip(req *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{
		WroteHeaders: func() { one.left.Store(true) },
	}
	out := req.Clone(httptrace.WithClientTrace(one.ctx, trace))
	base := one.carrier.base
	out.URL.Scheme, out.URL.Host, out.Host = base.Scheme, base.Host, base.Host
	out.URL.Path = base.Path + out.URL.Path
	res, err := one.carrier.cfg.Transport.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	one.status = res.StatusCode
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		one.after = min(time.Duration(seconds)*time.Second, time.Hour)
	}
	return res, nil
}

// code returns Twilio's error code, 0 when the failure carries none. Nothing
// else of the failure is used: its text may hold a number or a message.
func code(err error) int {
	var rest *client.TwilioRestError
	if errors.As(err, &rest) {
		return rest.Code
	}
	return 0
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
