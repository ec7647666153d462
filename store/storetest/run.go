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
	{"receive/panic", testReceivePanic},
	{"receive/opt-out after erasure", testReceiveOptOutAfterErasure},
	{"receive/concurrently", testReceiveConcurrently},
	{"receive/same id from two", testReceiveSameIDFromTwo},
	{"change", testChange},
	{"change/once", testChangeOnce},
	{"change/reopens", testChangeReopens},
	{"change/concurrently", testChangeConcurrently},
	{"queue", testQueue},
	{"queue/paging", testQueuePaging},
	{"messages/paging", testMessagesPaging},
	{"messages/hidden", testHiddenMessages},
	{"erase/labels", testEraseLabels},
	{"scripts", testScripts},
	{"emergency numbers", testEmergencyNumbers},
	{"plan", testPlan},
	{"call", testCall},
	{"links", testSharing},
	{"links/erased", testSharingErased},
	{"next", testChangeNext},
	{"next/concurrently", testChangeNextConcurrently},
	{"conversation of", testConversationOf},
	{"cancelled", testCancelled},
	{"claim", testClaim},
	{"claim/held", testClaimHeld},
	{"claim/retry", testClaimRetry},
	{"claim/order", testClaimOrder},
	{"claim/last word overtakes", testClaimLastWord},
	{"claim/concurrently", testClaimConcurrently},
	{"claim/unreadable", testClaimUnreadable},
	{"claim/text gone", testClaimTextGone},
	{"delivery", testUpdateDelivery},
	{"delivery/batch", testUpdateDeliveryBatch},
	{"callback/before settle", testCallbackBeforeSettle},
	{"callback/instead of an answer", testCallbackInsteadOfAnswer},
	{"callback/ends erasure", testCallbackEndsErasure},
	{"callback/of nobody", testCallbackOfNobody},
	{"callback/opted out", testCallbackOptedOut},
	{"review/each conversation", testEachConversation},
	{"settle/late", testSettleLate},
	{"settle/an answer that did not arrive", testUnreachedWaitsAgain},
	{"settle/two tries at once", testSettleTwoTries},
	{"settle/against a claim", testSettleAgainstClaim},
	{"settle/opted out", testSettleOptedOut},
	{"reconcile", testReconcile},
	{"canaries", testCanaries},
	{"tallies", testTallies},
	{"outbox/oldest", testOldestOutstanding},
	{"erase/at once", testEraseAtOnce},
	{"erase/after last word", testEraseAfterLastWord},
	{"erase/elsewhere", testEraseElsewhere},
	{"erase/keeps opt-out", testEraseKeepsOptOut},
	{"erase/keeps other conversations", testEraseKeepsOtherConversations},
	{"erase/keeps case", testEraseKeepsCase},
	{"erase/others", testEraseOthers},
	{"erase/others by change", testEraseOthersByChange},
	{"erase/at first", testEraseAtFirst},
	{"cases", testCases},
	{"cases/concurrently", testCasesConcurrently},
	{"users", testUsers},
	{"sessions", testSessions},
	{"sessions/staff here", testStaffHere},
	{"records", testRecords},
}

// Run runs the suite on one engine.
func Run(t *testing.T, e Engine) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(newFixture(t, e)) })
	}
}
