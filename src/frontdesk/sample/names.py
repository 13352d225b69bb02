"""Names for invented patients. They are put together by chance; nobody real is meant."""

GIVEN_NAMES = (
    "Abigail", "Adriana", "Alma", "Amara", "Andre", "Anita", "Audrey", "Beatriz", "Bianca", "Brooke", "Caleb", "Camila",
    "Carmen", "Celeste", "Chloe", "Claudia", "Daniela", "Deborah", "Diego", "Eleanor", "Elise", "Esther", "Farah",
    "Fiona", "Gloria", "Hazel", "Imani", "Ines", "Irene", "Isaac", "Jada", "Janelle", "Joanna", "Joaquin", "Julia",
    "Karina", "Keisha", "Lauren", "Leah", "Lucia", "Mallory", "Marcus", "Marisol", "Mei", "Mina", "Naomi", "Natalia",
    "Noor", "Olivia", "Paloma", "Patricia", "Priscilla", "Rachel", "Renata", "Rosa", "Ruth", "Samira", "Selena",
    "Simone", "Sofia", "Stella", "Tamara", "Teresa", "Valeria", "Vanessa", "Vivian", "Wendy", "Ximena", "Yasmin", "Zoe",
)  # fmt: skip

FAMILY_NAMES = (
    "Abbott", "Aguilar", "Alvarado", "Banerjee", "Barlow", "Bautista", "Becker", "Bishop", "Caldwell", "Cardenas",
    "Castillo", "Chandler", "Cho", "Coleman", "Delgado", "Dixon", "Donovan", "Eklund", "Espinoza", "Farrell", "Fischer",
    "Galvan", "Garrison", "Haddad", "Hartley", "Hensley", "Ibarra", "Jankowski", "Kapoor", "Keller", "Kowalski",
    "Lambert", "Larsen", "Lozano", "Maddox", "Marin", "Mendez", "Merritt", "Molina", "Nakamura", "Navarro", "Nolan",
    "Okafor", "Ortiz", "Pacheco", "Park", "Patel", "Peralta", "Quintero", "Ramsey", "Reyes", "Rhodes", "Rosales",
    "Salazar", "Sandoval", "Schultz", "Serrano", "Sinclair", "Solis", "Sutton", "Tafoya", "Tran", "Underwood", "Valdez",
    "Vargas", "Villarreal", "Whitaker", "Yamada", "Zamora", "Zimmerman",
)  # fmt: skip
