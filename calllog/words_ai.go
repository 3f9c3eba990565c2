package calllog

import "callscout/settings"

// aiWords are the texts about Aircall's AI and its voice agents in one language.
type aiWords struct {
	insights, moreInsights, ofVoicemail                                                   string
	summary, topics, sentiment, actionItems, evaluation, playbook, adherence              string
	positive, neutral, negative, customer                                                 string
	theVoiceAgent, aVoiceAgent, thenAgent, handledBy, handedOnBy                          string
	voiceAgent, voiceAgentLearnt, intake, escalation, escalatedTo, sessionEnded, helpBase string
	transcript, transcriptOfVoicemail, language, attached, notAttached, tooLong, blanked  string
	endReasons                                                                            map[string]string
}

func aiWordsFor(language settings.Language) aiWords {
	if w, known := aiCatalog[language]; known {
		return w
	}
	return aiCatalog[settings.English]
}

// The end reasons are Aircall's four (call_end_reason).
var aiCatalog = map[settings.Language]aiWords{
	settings.English: {
		insights: "Insights by Aircall's AI", moreInsights: "More insights by Aircall's AI", ofVoicemail: "voicemail",
		summary: "Summary", topics: "Topics", sentiment: "Sentiment", actionItems: "Action items",
		evaluation: "Evaluation", playbook: "Playbook", adherence: "Adherence to the playbook",
		positive: "positive", neutral: "neutral", negative: "negative", customer: "Customer",
		theVoiceAgent: "the voice agent %s", aVoiceAgent: "a voice agent", thenAgent: "%s, then by %s",
		handledBy: "Call handled by %s", handedOnBy: "%s, handed on by %s",
		voiceAgent: "Voice agent", voiceAgentLearnt: "What %s learnt", intake: "Questions and answers",
		escalation: "Reason for handing over", escalatedTo: "Handed over to", sessionEnded: "Outcome", helpBase: "Knowledge base",
		transcript: "Transcript", transcriptOfVoicemail: "Transcript of the voicemail", language: "Language",
		attached:    "The whole transcript is in the attached file.",
		notAttached: "Help Scout refused the file; the whole transcript is in Aircall.",
		tooLong:     "The transcript is too long for one file; it goes on in Aircall.",
		blanked:     "Card and account numbers are blanked.",
		endReasons: map[string]string{
			"answered": "the call was dealt with", "escalated": "handed over to people",
			"disconnected": "the connection broke off", "caller_hung_up": "the caller hung up",
		},
	},
	settings.German: {
		insights: "Erkenntnisse der Aircall-KI", moreInsights: "Weitere Erkenntnisse der Aircall-KI", ofVoicemail: "Voicemail",
		summary: "Zusammenfassung", topics: "Themen", sentiment: "Stimmung", actionItems: "Aufgaben",
		evaluation: "Bewertung", playbook: "Playbook", adherence: "Einhaltung des Playbooks",
		positive: "positiv", neutral: "neutral", negative: "negativ", customer: "Kunde",
		theVoiceAgent: "dem Voice Agent %s", aVoiceAgent: "einem Voice Agent", thenAgent: "%s, dann von %s",
		handledBy: "Anruf bearbeitet von %s", handedOnBy: "%s, übergeben von %s",
		voiceAgent: "Voice Agent", voiceAgentLearnt: "Erfragt von %s", intake: "Fragen und Antworten",
		escalation: "Grund der Übergabe", escalatedTo: "Übergeben an", sessionEnded: "Ergebnis", helpBase: "Wissensdatenbank",
		transcript: "Transkript", transcriptOfVoicemail: "Transkript der Voicemail", language: "Sprache", //nolint:misspell // it is German
		attached:    "Das ganze Transkript steht in der angehängten Datei.",                       //nolint:misspell // it is German
		notAttached: "Help Scout hat die Datei abgelehnt; das ganze Transkript steht in Aircall.", //nolint:misspell // it is German
		tooLong:     "Das Transkript ist zu lang für eine Datei; der Rest steht in Aircall.",      //nolint:misspell // it is German
		blanked:     "Karten- und Kontonummern sind unkenntlich gemacht.",
		endReasons: map[string]string{
			"answered": "das Anliegen wurde bearbeitet", "escalated": "an Mitarbeiter übergeben",
			"disconnected": "die Verbindung brach ab", "caller_hung_up": "der Anrufer legte auf",
		},
	},
	settings.French: {
		insights: "Analyse de l’IA d’Aircall", moreInsights: "Suite de l'analyse de l’IA d’Aircall", ofVoicemail: "message vocal",
		summary: "Résumé", topics: "Sujets", sentiment: "Sentiment", actionItems: "Actions à mener",
		evaluation: "Évaluation", playbook: "Playbook", adherence: "Respect du playbook",
		positive: "positif", neutral: "neutre", negative: "négatif", customer: "Client",
		theVoiceAgent: "l’agent vocal %s", aVoiceAgent: "un agent vocal", thenAgent: "%s, puis par %s",
		handledBy: "Appel traité par %s", handedOnBy: "%s, transmis par %s",
		voiceAgent: "Agent vocal", voiceAgentLearnt: "Réponses recueillies par %s", intake: "Questions et réponses",
		escalation: "Motif du transfert", escalatedTo: "Transféré à", sessionEnded: "Résultat", helpBase: "Base de connaissances",
		transcript: "Transcription", transcriptOfVoicemail: "Transcription du message vocal", language: "Langue",
		attached:    "La transcription complète se trouve dans le fichier joint.",
		notAttached: "Help Scout a refusé le fichier ; la transcription complète se trouve dans Aircall.",
		tooLong:     "La transcription est trop longue pour un seul fichier ; la suite se trouve dans Aircall.",
		blanked:     "Les numéros de carte et de compte sont masqués.",
		endReasons: map[string]string{
			"answered": "la demande a été traitée", "escalated": "transféré à un conseiller",
			"disconnected": "la connexion a été coupée", "caller_hung_up": "l’appelant a raccroché",
		},
	},
	settings.Spanish: {
		insights: "Análisis de la IA de Aircall", moreInsights: "Más análisis de la IA de Aircall", ofVoicemail: "buzón de voz",
		summary: "Resumen", topics: "Temas", sentiment: "Sentimiento", actionItems: "Tareas pendientes",
		evaluation: "Evaluación", playbook: "Playbook", adherence: "Cumplimiento del playbook",
		positive: "positivo", neutral: "neutro", negative: "negativo", customer: "Cliente",
		theVoiceAgent: "el agente de voz %s", aVoiceAgent: "un agente de voz", thenAgent: "%s y después por %s",
		handledBy: "Llamada atendida por %s", handedOnBy: "%s, transferida por %s",
		voiceAgent: "Agente de voz", voiceAgentLearnt: "Respuestas obtenidas por %s", intake: "Preguntas y respuestas",
		escalation: "Motivo de la transferencia", escalatedTo: "Transferida a", sessionEnded: "Resultado", helpBase: "Base de conocimientos",
		transcript: "Transcripción", transcriptOfVoicemail: "Transcripción del mensaje de voz", language: "Idioma",
		attached:    "La transcripción completa está en el archivo adjunto.",
		notAttached: "Help Scout rechazó el archivo; la transcripción completa está en Aircall.",
		tooLong:     "La transcripción es demasiado larga para un archivo; continúa en Aircall.",
		blanked:     "Los números de tarjeta y de cuenta están ocultos.",
		endReasons: map[string]string{
			"answered": "se resolvió la consulta", "escalated": "transferida a una persona",
			"disconnected": "se cortó la conexión", "caller_hung_up": "la persona colgó",
		},
	},
}
