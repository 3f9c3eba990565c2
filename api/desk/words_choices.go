package desk

// choiceWords are the values that settings take, in words.
var choiceWords = map[string][4]string{
	"choice.true":                   {"Yes", "Ja", "Oui", "Sí"},
	"choice.false":                  {"No", "Nein", "Non", "No"},
	"choice.en":                     {"English", "Englisch", "Anglais", "Inglés"},
	"choice.de":                     {"German", "Deutsch", "Allemand", "Alemán"},
	"choice.fr":                     {"French", "Französisch", "Français", "Francés"},
	"choice.es":                     {"Spanish", "Spanisch", "Espagnol", "Español"},
	"choice.most_recently_updated":  {"The one who was changed last", "Wer zuletzt geändert wurde", "Celui qui a été modifié en dernier", "El que se modificó por última vez"},
	"choice.newest":                 {"The newest", "Der neueste", "Le plus récent", "El más reciente"},
	"choice.oldest":                 {"The oldest", "Der älteste", "Le plus ancien", "El más antiguo"},
	"choice.with_open_conversation": {"The one with an open conversation", "Wer eine offene Konversation hat", "Celui qui a une conversation ouverte", "El que tiene una conversación abierta"},
	"choice.shared_customer":        {"Log them under one shared customer", "Unter einem gemeinsamen Kunden protokollieren", "Les journaliser sous un client commun", "Registrarlas bajo un cliente común"},
	"choice.skip":                   {"Leave them out", "Auslassen", "Les ignorer", "Omitirlas"},
	"choice.existing_conversation":  {"In a conversation that the customer has, or else in a new one", "In einer Konversation, die der Kunde hat, sonst in einer neuen", "Dans une conversation du client, sinon dans une nouvelle", "En una conversación que el cliente tenga, o si no en una nueva"},
	"choice.new_conversation":       {"Always in a new conversation", "Immer in einer neuen Konversation", "Toujours dans une nouvelle conversation", "Siempre en una conversación nueva"},
	"choice.inbound_answered":       {"Incoming, answered", "Eingehend, angenommen", "Entrant, pris", "Entrante, atendida"},
	"choice.missed":                 {"Missed", "Verpasst", "Manqué", "Perdida"},
	"choice.voicemail":              {"Voicemail", "Mailbox-Nachricht", "Messagerie vocale", "Buzón de voz"},
	"choice.outbound_answered":      {"Outgoing, answered", "Ausgehend, angenommen", "Sortant, pris", "Saliente, atendida"},
	"choice.outbound_unanswered":    {"Outgoing, not answered", "Ausgehend, nicht angenommen", "Sortant, sans réponse", "Saliente, sin respuesta"},
}
