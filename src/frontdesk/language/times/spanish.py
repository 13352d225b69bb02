"""Spanish words that join times or turn them, accents left out. The longer reading stands before the shorter."""

from frontdesk.language.times.pieces import Link, Rule, Side, bound, bound_before, link

_ON_A_DAY = (
    r"(?:el |este |esta |la |proxim[ao] |dia )*(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|manana|hoy"
    r"|semana|fin|\d)"
)
"""A day, after words that say until when they are there."""

LINKS: tuple[Rule, ...] = (
    link(
        r"mi (?:cita|consulta|visita) (?:del|de)(?= (?:el )?(?:lunes|martes|miercoles|jueves|viernes"
        r"|sabado|domingo|manana|hoy|\d))",
        Link.OURS,
    ),
    bound(
        r"(?:(?:se (?:va|van|marcha|marchan|regresa)|me (?:voy|marcho|regreso)|nos (?:vamos|marchamos)|viaja|viajo"
        r"|salgo de viaje|sale de viaje|(?:ella|el) (?:sale|regresa|vuelve))"
        r"(?: de (?:viaje|vacaciones|la ciudad|aqui))?"
        rf"(?: (?:a|para) [a-z]+)?)(?= {_ON_A_DAY})",
        Side.LEAVING,
    ),
    bound(
        r"(?:solo|solamente|nada mas) (?:esta|estoy|estamos|estan|estara|estare)(?: aqui| en la ciudad| de visita)?"
        r"(?: por| hasta)?"
        rf"(?= {_ON_A_DAY})|(?:esta|estoy|estamos|estan) (?:aqui |en la ciudad |de visita )?(?:solo|solamente|nada mas)"
        rf"(?: por| hasta)?(?= {_ON_A_DAY})",
        Side.STAYING,
    ),
    bound_before(
        r"(?:(?:ya )?(?:es|seria|queda|me queda))(?: ya)? (?:(?:demasiado|muy) (?:tarde|lejos)|tarde)"
        r"|(?:es|seria|cae) (?:despues de que|cuando ya) (?:me|se|nos) [a-z]+",
        Side.BEFORE,
    ),
    bound_before(
        r"(?:es|seria|queda|me queda) (?:demasiado|muy) (?:pronto|temprano)",
        Side.AFTER,
    ),
    link(
        r"(?:no,? (?:espera|espere|perdon)|perdon|digo|mejor(?! no)|quise decir|o mejor dicho|mas bien"
        r"|corrijo|bueno,? no|que sea)",
        Link.CORRECTION,
    ),
    bound(r"(?:no|nada)(?: (?:puedo|quiero))? antes de(?: las?)?", Side.FROM),
    bound(r"(?:no|nada)(?: (?:puedo|quiero))? despues de(?: las?)?|no mas tarde de(?: las?)?", Side.BEFORE),
    bound(
        r"(?:(?:terminar|acabar|salir|estar lista?o?|irme) (?:antes de|a|para)|tengo que (?:irme|salir) (?:a"
        r"|antes de))(?: las?)?",
        Side.DONE_BY,
    ),
    bound(r"(?:entro|empiezo|trabajo|tengo clase)(?: (?:a trabajar|al trabajo))? a(?: las?)?", Side.DONE_BY),
    bound(r"salgo (?:del trabajo|de trabajar|de la escuela|de clases?)? ?a(?: las?)?", Side.FROM),
    link(
        r"no (?:me )?(?:sirve|funciona|conviene|viene bien|queda bien|va bien|puedo)(?! (?:el|los|la"
        r"|las|en|ir|por|manana)\b)",
        Link.NOT_THAT,
    ),
    link(
        r"(?:pero )?(?:no (?:puedo|quiero|me (?:sirve|funciona|conviene|viene bien|queda bien|queda))|menos|excepto"
        r"|salvo|no)(?: (?:ir|venir|el|en|por|la|a|que))+|menos|excepto|salvo|no(?= (?:los|las)\b)",
        Link.NOT,
    ),
    link(
        r"(?:lo|la) (?:antes|mas pronto|mas temprano) posible|lo antes que (?:se )?pueda|cuanto antes"
        r"|(?:la )?primera (?:cita|hora) disponible|lo mas pronto que (?:se )?pueda|en seguida|enseguida"
        r"|ahora mismo|la mas cercana",
        Link.SOONEST,
    ),
    link(r"a (?:eso de )?las?|como a las?|sobre las", Link.AT),
    link(r"(?:por favor|la|las|el|los|en|para|como|tal vez|quizas|mejor|seria|es|del|dia|algun|alguna)", Link.FILLER),
    link(r"no", Link.CORRECTION),
    link(r"o|u", Link.OR),
    link(r"y|e", Link.AND),
    link(r"a|al|hasta|-", Link.TO),
)
