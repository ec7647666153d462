package twilio_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

func TestInboundSince(t *testing.T) {
	t.Parallel()
	listed := func(id int, direction string, at time.Time, media string) map[string]any {
		return map[string]any{
			"sid": fmt.Sprintf("SM%032x", id), "status": "received", "direction": direction, "body": "help", "to": ours,
			"from": person, "date_created": at.Format(time.RFC1123Z), "num_media": media, "num_segments": "2",
		}
	}
	server := newAPI(t)
	server.messages = []map[string]any{
		listed(5, "inbound", noon.Add(3*time.Minute), "0"), listed(4, "outbound-reply", noon, "0"),
		listed(3, "inbound", noon.Add(time.Minute), "1"), listed(2, "inbound", noon, "0"),
		listed(1, "inbound", noon.Add(-time.Minute), "0"), listed(6, "inbound", noon, "0"),
	}
	delete(server.messages[5], "date_created") // it does not say when it came
	server.messages[0]["from"], server.messages[0]["to"] = "whatsapp:"+person, "whatsapp:"+ours
	server.media = []map[string]any{{"content_type": "image/png", "uri": "/2010-04-01/M/ME1.json"}}
	var got []hotline.Inbound
	pages, carrier := 0, server.carrier(nil)
	err := carrier.InboundSince(context.Background(), noon, func(page []hotline.Inbound) error {
		pages++
		got = append(got, page...)
		return nil
	})
	if err != nil || pages != 3 || len(server.asked()) != 3 {
		t.Fatalf("%d pages of %d requests, %v", pages, len(server.asked()), err)
	}
	in := func(id int, ch hotline.Channel, at time.Time, media ...hotline.Media) hotline.Inbound {
		return hotline.Inbound{Channel: ch, From: person, To: ours, ProviderID: fmt.Sprintf("SM%032x", id), Text: "help", Segments: 2, At: at, Media: media}
	}
	want := []hotline.Inbound{
		in(5, hotline.WhatsApp, noon.Add(3*time.Minute)),
		in(3, hotline.SMS, noon.Add(time.Minute), hotline.Media{}),
		in(2, hotline.SMS, noon),
		in(6, hotline.SMS, noon),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if since := server.asked()[0].URL.Query().Get("DateSent>"); since != "2026-11-24T12:00:00Z" {
		t.Errorf("asked since %q", since)
	}
	media, err := carrier.Media(context.Background(), want[1].ProviderID)
	if picture := (hotline.Media{ContentType: "image/png", URL: hotline.Text(server.URL + "/2010-04-01/M/ME1")}); err != nil || len(media) != 1 || media[0] != picture {
		t.Errorf("media %+v, %v", media, err)
	}
}

func TestInboundSinceStops(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.messages = []map[string]any{listed(nil), listed(nil), listed(nil)}
	full := errors.New("full")
	err := server.carrier(nil).InboundSince(context.Background(), noon, func([]hotline.Inbound) error { return full })
	if !errors.Is(err, full) || len(server.asked()) != 1 {
		t.Errorf("got %v after %d requests", err, len(server.asked()))
	}
}

func TestInboundSinceFails(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.Config.Handler = http.HandlerFunc(refuse(503, 20503, ""))
	carrier := server.carrier(nil)
	err := carrier.InboundSince(context.Background(), noon, func([]hotline.Inbound) error { return nil })
	if hotline.CodeOf(err) != hotline.Unavailable || strings.Contains(err.Error(), "http") {
		t.Errorf("got %v", err)
	}
	if _, err := carrier.Media(context.Background(), sid); hotline.CodeOf(err) != hotline.Unavailable || strings.Contains(err.Error(), "http") {
		t.Errorf("got %v", err)
	}
}
