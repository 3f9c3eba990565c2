package desk

// retriesWords are the texts of the pages on which many calls are tried again.
var retriesWords = map[string][4]string{
	"calls.retry.one":      {"Retry {0} call", "{0} Anruf wiederholen", "Réessayer {0} appel", "Reintentar {0} llamada"},
	"calls.retry.many":     {"Retry {0} calls", "{0} Anrufe wiederholen", "Réessayer {0} appels", "Reintentar {0} llamadas"},
	"calls.retry_all.one":  {"Retry {0} call", "{0} Anruf wiederholen", "Réessayer {0} appel", "Reintentar {0} llamada"},
	"calls.retry_all.many": {"Retry all {0} calls", "Alle {0} Anrufe wiederholen", "Réessayer les {0} appels", "Reintentar las {0} llamadas"},

	"retries.title":        {"Retry calls", "Anrufe wiederholen", "Réessayer des appels", "Reintentar llamadas"},
	"retries.heading.one":  {"{0} call can be retried", "{0} Anruf kann wiederholt werden", "{0} appel peut être réessayé", "{0} llamada se puede reintentar"},
	"retries.heading.many": {"{0} calls can be retried", "{0} Anrufe können wiederholt werden", "{0} appels peuvent être réessayés", "{0} llamadas se pueden reintentar"},
	"retries.none":         {"No such call needs attention", "Kein solcher Anruf braucht Aufmerksamkeit", "Aucun appel de ce genre n’est à traiter", "Ninguna llamada así requiere atención"},
	"retries.gone":         {"None of the calls that were shown needs attention any more. Nothing was done.", "Keiner der gezeigten Anrufe braucht noch Aufmerksamkeit. Nichts wurde getan.", "Aucun des appels affichés n’est encore à traiter. Rien n’a été fait.", "Ninguna de las llamadas mostradas requiere ya atención. No se hizo nada."},
	"retries.more":         {"There are more; {0} are tried at once, those that stand still for longest.", "Es gibt mehr; {0} werden auf einmal versucht, die am längsten stillstehen.", "Il y en a d’autres ; {0} sont réessayés à la fois, les plus anciens d’abord.", "Hay más; se intentan {0} a la vez, las que llevan más tiempo paradas."},
	"retries.how":          {"Remove the cause first: a retry does what is missing now, and stands still again where it cannot.", "Beseitigen Sie zuerst die Ursache: Wiederholen tut jetzt, was fehlt, und steht wieder still, wo das nicht geht.", "Supprimez d’abord la cause : réessayer fait maintenant ce qui manque, et s’arrête de nouveau si ce n’est pas possible.", "Elimine antes la causa: reintentar hace ahora lo que falta, y se detiene de nuevo donde no puede."},
	"retries.units":        {"It may take {0} of Help Scout’s requests.", "Das kann {0} von Help Scouts Anfragen brauchen.", "Cela peut demander {0} requêtes à Help Scout.", "Puede requerir {0} peticiones a Help Scout."},
	"retries.minutes.one":  {"So that running calls are not held up, it takes about {0} minute.", "Damit laufende Anrufe nicht warten, dauert es etwa {0} Minute.", "Pour ne pas retarder les appels en cours, il faut environ {0} minute.", "Para no retrasar las llamadas en curso, tarda alrededor de {0} minuto."},
	"retries.minutes.many": {"So that running calls are not held up, it takes about {0} minutes.", "Damit laufende Anrufe nicht warten, dauert es etwa {0} Minuten.", "Pour ne pas retarder les appels en cours, il faut environ {0} minutes.", "Para no retrasar las llamadas en curso, tarda alrededor de {0} minutos."},
	"retries.go.one":       {"Retry {0} call", "{0} Anruf wiederholen", "Réessayer {0} appel", "Reintentar {0} llamada"},
	"retries.go.many":      {"Retry {0} calls", "{0} Anrufe wiederholen", "Réessayer {0} appels", "Reintentar {0} llamadas"},
	"retries.back":         {"Back to the calls", "Zurück zu den Anrufen", "Retour aux appels", "Volver a las llamadas"},

	"retries.now":        {"{0} of {1} calls go on", "{0} von {1} Anrufen gehen weiter", "{0} appels sur {1} continuent", "{0} de {1} llamadas siguen adelante"},
	"retries.again.one":  {"{0} stands still again.", "{0} steht wieder still.", "{0} est de nouveau à l’arrêt.", "{0} está parada de nuevo."},
	"retries.again.many": {"{0} stand still again.", "{0} stehen wieder still.", "{0} sont de nouveau à l’arrêt.", "{0} están paradas de nuevo."},
	"retries.left.one":   {"{0} was not tried yet.", "{0} wurde noch nicht versucht.", "{0} n’a pas encore été réessayé.", "{0} aún no se ha intentado."},
	"retries.left.many":  {"{0} were not tried yet.", "{0} wurden noch nicht versucht.", "{0} n’ont pas encore été réessayés.", "{0} aún no se han intentado."},
	"retries.all_went":   {"None stands still.", "Keiner steht still.", "Aucun n’est à l’arrêt.", "Ninguna está parada."},
	"retries.tried":      {"Tried", "Versucht", "Réessayés", "Intentadas"},
	"retries.begun":      {"Begun at {0}.", "Begonnen um {0}.", "Commencé à {0}.", "Empezado a las {0}."},
	"retries.alone":      {"It goes on without this page.", "Es geht ohne diese Seite weiter.", "Cela continue sans cette page.", "Sigue sin esta página."},
	"retries.stop":       {"Stop", "Abbrechen", "Arrêter", "Detener"},
	"retries.anew":       {"These stand still again", "Diese stehen wieder still", "Ceux-ci sont de nouveau à l’arrêt", "Estas están paradas de nuevo"},

	"action.calls_retried":   {"Retried many calls.", "Viele Anrufe wiederholt.", "A réessayé plusieurs appels.", "Reintentó varias llamadas."},
	"action.retries_stopped": {"Stopped retrying calls.", "Wiederholen von Anrufen abgebrochen.", "A arrêté de réessayer des appels.", "Dejó de reintentar llamadas."},
}
