package storetest

import "testing"

// cases are the tests, by what they are about.
var cases = []struct {
	name string
	run  func(*fixture)
}{
	{"receive", testReceive},
	{"receive/empty", testReceiveEmpty},
	{"receive/finds conversation", testReceiveFindsConversation},
	{"receive/order in batch", testReceiveOrderInBatch},
	{"receive/duplicates", testReceiveDuplicates},
	{"receive/without provider id", testReceiveWithoutProviderID},
	{"receive/close in batch", testReceiveCloseInBatch},
	{"receive/poison", testReceivePoison},
	{"receive/concurrently", testReceiveConcurrently},
	{"receive/same id from two", testReceiveSameIDFromTwo},
	{"change", testChange},
	{"change/reopens", testChangeReopens},
	{"change/concurrently", testChangeConcurrently},
}

// Run runs the suite on one engine.
func Run(t *testing.T, e Engine) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(newFixture(t, e)) })
	}
}
