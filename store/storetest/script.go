package storetest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

func testScripts(f *fixture) {
	if all, err := f.s.Scripts(f.ctx, 10); err != nil || len(all) != 0 {
		f.Fatalf("at first: %v, %v", all, err)
	}
	publish := func(version int) (hotline.Script, error) {
		script := hotline.Script{
			Version: version, PublishedAt: f.clock.Now(), PublishedBy: "admin",
			Steps: []hotline.Step{
				{Key: "safe", Kind: hotline.SafeStep},
				{
					Key: "need", Kind: hotline.ChoiceStep, Path: hotline.SelfPath, Choices: []hotline.Choice{{Value: "bed", Raise: hotline.Urgent}, {Value: "food"}},
					Texts: map[hotline.Language]string{"en": "1 a bed 2 food", "ar": "1 سرير 2 طعام"},
				},
			},
		}
		return script, f.s.PublishScript(f.ctx, script, hotline.AuditEntry{ID: NewID(), At: f.clock.Now(), ActorID: "admin", Action: "script.publish", Object: "script", ObjectID: "1"})
	}
	first, err := publish(1)
	if err != nil {
		f.Fatal(err)
	}
	if _, err := publish(1); hotline.CodeOf(err) != hotline.Conflict {
		f.Errorf("the same version again: %v", err)
	}
	second, err := publish(2)
	if err != nil {
		f.Fatal(err)
	}
	all, err := f.s.Scripts(f.ctx, 10)
	if diff := cmp.Diff([]hotline.Script{second, first}, all); diff != "" || err != nil {
		f.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if got, err := f.s.Script(f.ctx, 1); err != nil || got.Version != 1 || !got.PublishedAt.Equal(first.PublishedAt) {
		f.Errorf("%+v, %v", got, err)
	}
	if _, err := f.s.Script(f.ctx, 3); hotline.CodeOf(err) != hotline.NotFound {
		f.Errorf("a version that is not there: %v", err)
	}
	if trail, err := f.s.AuditOf(f.ctx, "script", "1", 10); err != nil || len(trail) != 2 {
		f.Errorf("%d audit entries, %v", len(trail), err)
	}
}

// What a person agreed with us outlives the conversation and comes back whole.
func testPlan(f *fixture) {
	id := f.receive(reply, f.sms(1, "x"))[0].ConversationID
	want := hotline.Plan{
		Later: hotline.LaterYes, From: 840, To: 90, SafeWord: "a", BackWord: "b", AlarmWord: "c", Decoy: true, Paused: true, Duress: true,
	}
	f.change(id, func(x *hotline.Exchange) {
		x.Contact.Plan = want
		x.Conversation.AnsweredAt, x.Conversation.LiftedAt = f.clock.Now(), f.clock.Now()
	})
	x, err := f.s.Conversation(f.ctx, id)
	if err != nil || x.Contact.Plan != want || !x.Conversation.AnsweredAt.Equal(f.clock.Now()) || !x.Conversation.LiftedAt.Equal(f.clock.Now()) {
		f.Errorf("%+v, %+v, %v", x.Contact, x.Conversation, err)
	}
	f.change(id, func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed })
	next := f.receive(reply, f.sms(1, "y"))[0].ConversationID
	if x, err := f.s.Conversation(f.ctx, next); err != nil || next == id || x.Contact.Plan != want {
		f.Errorf("in the next conversation: %+v, %v", x.Contact, err)
	}
}
