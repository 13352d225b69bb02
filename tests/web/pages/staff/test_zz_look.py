import os
from pathlib import Path
from tests.axe import violations
from tests.web.pages.staff.at_the_desk import *
from frontdesk.compliance.roles import Role
OUT=Path("/tmp/shots"); OUT.mkdir(exist_ok=True)
async def test_look(running, browser):
    ann = await colleague(running); nora = await colleague(running, Role.MANAGER, "Nora Quinn")
    one = await wrote(running, "Hi, I'd like to book a botox consultation thursday after 3")
    await wrote(running, "Maria Gonzalez")
    two = await wrote(running, "I want to talk to a person please", "+15125550163")
    three = await wrote(running, "I have chest pain and my face is swelling after filler", "+15125550164")
    faults=[]
    async with nora.browsing(browser) as np:
        await np.goto(f"{nora.url}/conversations/{two}")
        async with ann.browsing(browser) as page:
            await page.goto(f"{ann.url}/conversations/{two}?show=all")
            await page.wait_for_timeout(900)
            await page.screenshot(path=OUT/"talk-before.png")
            await page.click("#take"); await page.wait_for_timeout(800)
            await page.keyboard.type("Hi, this is Ann from the front desk.")
            await page.keyboard.press("Control+Enter"); await page.wait_for_timeout(600)
            await page.keyboard.press("Escape"); await page.keyboard.press("n")
            await page.keyboard.type("Wants to talk about the bill, I think."); await page.keyboard.press("Control+Enter")
            await page.wait_for_timeout(800)
            await np.screenshot(path=OUT/"talk-nora.png")
        for size in SIZES:
            async with ann.browsing(browser, size) as page:
                for name, path in (("inbox", "/inbox?show=all"), ("talk", f"/conversations/{one}?show=all"), ("two", f"/conversations/{two}")):
                    await page.goto(ann.url+path); await page.wait_for_timeout(700)
                    if name=="talk":
                        await page.locator(".why").last.click(); await page.wait_for_timeout(300)
                    await page.screenshot(path=OUT/f"{size}-{name}.png")
                    faults += [f"{size}-{name} {x}" for x in await violations(page)]
    print("\n".join(faults)); assert not faults
