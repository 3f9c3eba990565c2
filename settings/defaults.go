package settings

import "time"

// Defaults returns what holds where nobody chose anything.
func Defaults() Settings {
	return Settings{
		Active:   true,
		Language: English,
		Matching: Matching{Rule: MostRecentlyUpdated},
		Contacts: Contacts{
			CreateCustomer:       true,
			CreateAircallContact: true,
			Anonymous:            SharedCustomer,
		},
		InsightCard: true,
		Calls: Calls{
			LogTo:          ExistingConversation,
			ClosedWindow:   Duration(48 * time.Hour),
			PostCallDelay:  Duration(45 * time.Second),
			EndTimeout:     Duration(2 * time.Minute),
			SilenceTimeout: Duration(30 * time.Minute),
			RecordingLinks: true,
			Types: []CallType{
				InboundAnswered, Missed, Voicemail, OutboundAnswered, OutboundUnanswered,
			},
		},
		AI: AI{
			Insights:     true,
			BlankNumbers: true,
			Settle:       Duration(90 * time.Second),
			Wait:         Duration(10 * time.Minute),
		},
		Messages: Messages{SMS: true, WhatsApp: true, Burst: Duration(5 * time.Second)},
		Tags:     Tags{Operational: true},
		Settle:   Duration(15 * time.Minute),
	}
}
