package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/hearline/hearline/channels/simulator"
)

// contract loads Twilio's own description of its API from where it lies.
// Validation of the document itself is left out: the vendor's own examples fail
// it.
func contract(t *testing.T) *openapi3.T {
	t.Helper()
	const name = "shared/data/twilio-messages-openapi.json"
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		parent := filepath.Dir(dir)
		if doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(parent, name)); err == nil {
			return doc
		}
		if parent == dir {
			break
		}
		dir = parent
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not there, and CI must have it", name)
	}
	t.Skipf("left out: %s is not there", name)
	return nil
}

// conforms checks an answer against the description of its operation.
func conforms(t *testing.T, doc *openapi3.T, method, template string, a answer) {
	t.Helper()
	item := doc.Paths.Find("/2010-04-01/Accounts/{AccountSid}" + template)
	if item == nil {
		t.Fatalf("the contract has no %s", template)
	}
	response := item.GetOperation(method).Responses.Value(strconv.Itoa(a.status))
	if response == nil {
		t.Fatalf("%s %s: the contract knows no answer %d", method, template, a.status)
	}
	media := response.Value.Content.Get("application/json")
	if media == nil {
		if len(a.body) > 0 {
			t.Errorf("%s %s: a body where the contract has none", method, template)
		}
		return
	}
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil {
		t.Fatal(err)
	}
	if err := media.Schema.Value.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		t.Errorf("%s %s: %v", method, template, err)
	}
	known(t, media.Schema.Value, value.(map[string]any), method+" "+template)
}

// known fails for fields that the contract does not have, and for missing ones.
func known(t *testing.T, schema *openapi3.Schema, value map[string]any, where string) {
	t.Helper()
	for name := range value {
		if schema.Properties[name] == nil {
			t.Errorf("%s: field %q is not in the contract", where, name)
		}
	}
	for name, property := range schema.Properties {
		got, there := value[name]
		if !there {
			t.Errorf("%s: field %q is missing", where, name)
		}
		list, _ := got.([]any)
		for _, element := range list {
			known(t, property.Value.Items.Value, element.(map[string]any), where+"/"+name)
		}
	}
}

func TestAnswersConformToContract(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	l := newLine(t, simulator.Config{Now: func() time.Time { return morning }})
	one, list := "/Messages/{Sid}.json", "/Messages.json"
	check := func(method, template string, a answer) {
		t.Helper()
		conforms(t, doc, method, template, a)
	}

	created := l.call("POST", ".json", order("MediaUrl", "https://files.example/a.jpg"))
	check("POST", list, created)
	sid := created.json(t)["sid"].(string)
	check("POST", list, l.call("POST", ".json", order("To", "whatsapp:"+person, "From", "whatsapp:"+simulator.DefaultNumber)))
	scheduled := l.call("POST", ".json", order("From", "", "MessagingServiceSid", service, "ScheduleType", "fixed",
		"SendAt", morning.Add(time.Hour).Format(time.RFC3339)))
	check("POST", list, scheduled)
	if _, err := l.Send(t.Context(), simulator.Sending{From: person, Body: "a picture", Media: []simulator.Attachment{
		{ContentType: "image/png", Content: []byte("png")}, {ContentType: "image/png", Content: []byte("png")},
	}}); err != nil {
		t.Fatal(err)
	}
	await(t, "delivered", func() bool { return l.call("GET", "/"+sid+".json", nil).json(t)["status"] == "delivered" })

	check("GET", one, l.call("GET", "/"+sid+".json", nil))
	check("GET", list, l.call("GET", ".json?PageSize=1", nil))
	check("GET", list, l.call("GET", ".json?To=%2B15550100199", nil))
	check("POST", one, l.call("POST", "/"+sid+".json", url.Values{"Body": {""}}))
	check("POST", one, l.call("POST", "/"+scheduled.json(t)["sid"].(string)+".json", url.Values{"Status": {"canceled"}}))

	media := "/Messages/{MessageSid}/Media"
	files := l.call("GET", "/"+sid+"/Media.json", nil)
	check("GET", media+".json", files)
	file := files.json(t)["media_list"].([]any)[0].(map[string]any)["sid"].(string)
	check("GET", media+"/{Sid}.json", l.call("GET", "/"+sid+"/Media/"+file+".json", nil))
	check("DELETE", media+"/{Sid}.json", l.call("DELETE", "/"+sid+"/Media/"+file+".json", nil))
	check("DELETE", one, l.call("DELETE", "/"+sid+".json", nil))
	if a := l.call("GET", "/"+sid+".json", nil); a.status != http.StatusNotFound {
		t.Errorf("deleted message: %d", a.status)
	}
}

func TestIDsHaveTwiliosForm(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	seen := map[string]bool{}
	for range 100 {
		sid := l.create(order())
		if len(sid) != 34 || !strings.HasPrefix(sid, "SM") || seen[sid] {
			t.Fatalf("id %q", sid)
		}
		seen[sid] = true
	}
}
