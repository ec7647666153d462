package simulator

import (
	"net/url"
	"strconv"
	"time"

	"github.com/hearline/hearline/hotline"
)

// messageResource is Twilio's api.v2010.account.message.
type messageResource struct {
	AccountSID  string            `json:"account_sid"`
	APIVersion  string            `json:"api_version"`
	Body        string            `json:"body"`
	DateCreated string            `json:"date_created"`
	DateSent    *string           `json:"date_sent"`
	DateUpdated string            `json:"date_updated"`
	Direction   Direction         `json:"direction"`
	ErrorCode   *int              `json:"error_code"`
	ErrorText   *string           `json:"error_message"`
	From        *string           `json:"from"`
	Service     *string           `json:"messaging_service_sid"`
	NumMedia    string            `json:"num_media"`
	NumSegments string            `json:"num_segments"`
	Price       *string           `json:"price"`
	PriceUnit   *string           `json:"price_unit"`
	SID         string            `json:"sid"`
	Status      hotline.Delivery  `json:"status"`
	Subresource map[string]string `json:"subresource_uris"`
	To          string            `json:"to"`
	URI         string            `json:"uri"`
}

func (c *Carrier) resource(m Message) messageResource {
	r := messageResource{
		AccountSID: c.cfg.AccountSID, APIVersion: APIVersion, SID: m.SID, Body: m.Body,
		Direction: m.Direction, Status: m.Status, To: m.To, From: orNull(m.From), Service: orNull(m.Service),
		DateCreated: rfc2822(m.DateCreated), DateUpdated: rfc2822(m.DateUpdated),
		NumMedia: strconv.Itoa(len(m.Media)), NumSegments: strconv.Itoa(m.Segments),
		PriceUnit:   orNull("USD"),
		Subresource: map[string]string{"media": c.messagePath(m.SID) + "/Media.json"},
		URI:         c.messagePath(m.SID) + ".json",
	}
	if !m.DateSent.IsZero() {
		r.DateSent = orNull(rfc2822(m.DateSent))
	}
	if m.ErrorCode != 0 {
		r.ErrorCode, r.ErrorText = &m.ErrorCode, &m.ErrorText
	}
	return r
}

// mediaResource is Twilio's api.v2010.account.message.media.
type mediaResource struct {
	AccountSID  string `json:"account_sid"`
	ContentType string `json:"content_type"`
	DateCreated string `json:"date_created"`
	DateUpdated string `json:"date_updated"`
	ParentSID   string `json:"parent_sid"`
	SID         string `json:"sid"`
	URI         string `json:"uri"`
}

func (c *Carrier) mediaResource(parent string, m Media) mediaResource {
	at := rfc2822(m.Created)
	return mediaResource{
		AccountSID: c.cfg.AccountSID, ContentType: m.ContentType, DateCreated: at, DateUpdated: at,
		ParentSID: parent, SID: m.SID, URI: c.mediaPath(parent, m.SID) + ".json",
	}
}

// paging is the part that all of Twilio's list answers share.
type paging struct {
	End      int     `json:"end"`
	First    string  `json:"first_page_uri"`
	Next     *string `json:"next_page_uri"`
	Page     int     `json:"page"`
	PageSize int     `json:"page_size"`
	Previous *string `json:"previous_page_uri"`
	Start    int     `json:"start"`
	URI      string  `json:"uri"`
}

func (c *Carrier) accountPath() string { return "/" + APIVersion + "/Accounts/" + c.cfg.AccountSID }

func (c *Carrier) messagePath(sid string) string { return c.accountPath() + "/Messages/" + sid }

func (c *Carrier) mediaPath(message, sid string) string {
	return c.messagePath(message) + "/Media/" + sid
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func rfc2822(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
