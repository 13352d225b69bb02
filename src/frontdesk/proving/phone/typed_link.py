"""What a patient types in behind a link that was texted to them."""

import asyncio

import httpx

TYPES_FOR = 6.0
"""Seconds that it takes somebody to open a link and type."""


async def typed_in(typed: str, told: str) -> None:
    """Type it in behind the link in these words of the desk's, after as long as that takes."""
    await asyncio.sleep(TYPES_FOR)
    link = told[told.index("http") :].split()[0]
    async with httpx.AsyncClient(trust_env=False, timeout=30) as web:
        await web.post(link, data={"typed": typed}, headers={"Sec-Fetch-Site": "same-origin"})
