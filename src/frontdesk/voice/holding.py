"""Holds a call: from the pick-up to the hang-up, on the stream that a carrier has opened."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial

import psycopg
import structlog
from pipecat.audio.turn.smart_turn.base_smart_turn import SmartTurnParams
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import CancelWorkerFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.base_transport import BaseTransport
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_start import VADUserTurnStartStrategy
from pipecat.turns.user_stop import TurnAnalyzerUserTurnStopStrategy
from pipecat.turns.user_turn_processor import UserTurnProcessor
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner
from starlette.websockets import WebSocket

from frontdesk.channels.voice.places import ModelsMissing, Places, places
from frontdesk.channels.voice.tones import wav
from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.language.aloud import aloud
from frontdesk.language.catalogue import catalogue
from frontdesk.language.warming import warm_up
from frontdesk.language.whole_answers import is_whole_answer
from frontdesk.ports.clock import Clock
from frontdesk.ports.phoning import Started, StreamWords
from frontdesk.reception.calling import Call, Spoken, TakenBefore
from frontdesk.settings import Settings
from frontdesk.storage.faults import DatabaseFault
from frontdesk.voice.answered import AnsweredTurnStopStrategy
from frontdesk.voice.hearing import Heard
from frontdesk.voice.line import Line
from frontdesk.voice.listening import Listening
from frontdesk.voice.models import Models, load_models
from frontdesk.voice.picking_up import PickingUp
from frontdesk.voice.receptionist import SILENT, Became, Begins, News, Parting, Receptionist, pieces
from frontdesk.voice.sending import giving_up
from frontdesk.voice.timing import Stopwatch
from frontdesk.voice.words import hints_for, likely
from frontdesk.wiring import Frontdesk

NOTICED = 0.35
"""Seconds of silence that make a pause."""
THINKS = 1.6
"""Seconds of silence that end a turn which sounded as if it went on: who speaks slowly is not cut off sooner."""
_HEARS = VADParams(confidence=0.6, start_secs=0.2, stop_secs=NOTICED, min_volume=0.3)
NO_TIMEOUT = {"audio_out_write_timeout_secs": None}
"""pipecat's own runs by asyncio.wait_for, which loses a cancellation on Python 3.11 where what it waits for is done in
the same moment, as it soon is on a closed socket: the call would not end. `giving_up` is there instead."""
CALLS_LAST = 3600
"""Seconds; no call is held for longer."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A call that the assistant has no more, and how long its caller waited for what."""

    spoken: Spoken = field(repr=False)
    times: Stopwatch
    became: Became

    @property
    def broke(self) -> bool:
        """Whether nobody ended it."""
        return self.became is Became.DROPPED


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """The reception's side of one call. `answers` is told how many turns there were, with this one.

    `keeps` takes the times for people to see; `goodbye` is the key of what somebody is told who says nothing any more,
    for `silent` seconds and again, and `no_voice` the one of what is said where a reply has no voice for its language.
    Sound has `rate` samples a second, both ways. `begins`: the greeting is not said until this tells what is.
    """

    greeting: Spoken
    answers: Callable[[Heard, Spoken, int], Awaitable[Spoken]]
    news: News
    parting: Parting
    keeps: Callable[[Stopwatch], Awaitable[None]]
    goodbye: str = "call_goodbye"
    silent: float = SILENT
    no_voice: str = "call_no_voice"
    rate: int = SAMPLES_A_SECOND
    begins: Begins | None = None


Carries = Callable[[Listening, Receptionist], Awaitable[None]]
"""Carries a call between its caller and the two, until it is over."""


def models_of(settings: Settings) -> Models:
    """The models of this process, loaded when they are first asked for: call it off the event loop.

    Raises: ModelsMissing.
    """
    return _loaded(places(settings))


@cache
def _loaded(at: Places) -> Models:
    warm_up()
    return load_models(at)


def ready_models(settings: Settings) -> Models | None:
    """The same; None where one is missing, which is logged."""
    try:
        return models_of(settings)
    except ModelsMissing as missing:
        log.error("calls cannot be answered", because=str(missing))
        return None


async def as_wav(models: Models, words: str, language: str) -> bytes:
    """The words in the desk's own voice, as a WAV file."""
    sounds = [await models.mouth.say(sentence) for sentence in aloud(words, language).sentences]
    return wav(b"".join(sounds))


async def hold_call(
    desk: Frontdesk,
    practice: PracticeId,
    socket: WebSocket,
    started: Started,
    call: Call,
    models: Models,
    words: StreamWords,
) -> Held | None:
    """Returns when the assistant has the call no more; None: this call is held already, or was.

    Raises: DatabaseFault, psycopg errors, before a word was said.
    """
    watch = Stopwatch()
    greeting = await desk.calls.pick_up(practice, call)
    if isinstance(greeting, TakenBefore):
        return None
    conversation, back = greeting.conversation, f"{greeting.returns}." if greeting.returns else ""

    async def answers(heard: Heard, _: Spoken, turns: int) -> Spoken:
        turn = f"{call.id}:{back}{turns}"
        return await desk.calls.answer(practice, conversation, heard.text, others=heard.others, turn=turn)

    async def news(last: Spoken) -> Spoken | None:
        return await desk.calls.news(practice, last)

    async def parting() -> None:
        await desk.calls.hang_up(practice, conversation)

    async def keeps(times: Stopwatch) -> None:
        await desk.calls.keep_times(practice, conversation, times.kept())

    picking = PickingUp(greeting.picked_up) if greeting.picked_up is not None else None

    async def line(listening: Listening, receptionist: Receptionist) -> None:
        transport = FastAPIWebsocketTransport(
            websocket=giving_up(socket), params=_by_carrier(Line(words, started.stream))
        )

        async def too_long(*_: object) -> None:
            receptionist.became = Became.ENDED
            await receptionist.push_frame(CancelWorkerFrame(), FrameDirection.UPSTREAM)

        transport.add_event_handler("on_session_timeout", too_long)
        await carried(transport, listening, receptionist, first=(picking,) if picking else ())

    async def begins() -> Spoken | None:
        assert picking is not None
        return await desk.calls.picked_up_by(practice, conversation, await picking.who())

    side = Side(
        greeting=greeting,
        answers=answers,
        news=news,
        parting=parting,
        keeps=keeps,
        begins=begins if picking else None,
        goodbye="call_placed_goodbye" if picking else "call_goodbye",
    )
    return await held(desk, await desk.practice(practice), side, line, models, watch)


async def held(
    desk: Frontdesk, practice: Practice, side: Side, carries: Carries, models: Models, watch: Stopwatch
) -> Held:
    """A call from the greeting on, by whatever line it comes. Returns when the assistant has it no more."""
    can_say = partial(voiced, no_voice=side.no_voice, speak=models.speak, voice=models.language)
    greeting, turns = can_say(side.greeting), 0

    async def answers(heard: Heard) -> Spoken:
        nonlocal turns
        turns += 1
        return can_say(await side.answers(heard, receptionist.last, turns))

    async def news(last: Spoken) -> Spoken | None:
        found = await side.news(last)
        return can_say(found) if found is not None else None

    async def begins() -> Spoken | None:
        begun = await side.begins() if side.begins is not None else None
        return can_say(begun) if begun is not None else None

    listening = Listening(
        models.ear, lambda: hints_for(practice, receptionist.last.asked, receptionist.last.doubt), watch, rate=side.rate
    )
    receptionist = Receptionist(
        greeting,
        answers,
        listening,
        models.mouth,
        watch,
        parting=side.parting,
        news=news,
        goodbye=side.goodbye,
        silent=side.silent,
        rate=side.rate,
        begins=begins if side.begins is not None else None,
        is_answer=partial(_is_answer, practice, desk.clock),
    )
    soon = [part for _, part in pieces(greeting.sentences)]
    soon += [
        part
        for sentence in likely(practice, language=greeting.language, now=desk.clock.now())
        for _, part in pieces((sentence,))[:1]
    ]
    ahead = asyncio.create_task(models.mouth.prepare(soon, rate=side.rate))
    try:
        await carries(listening, receptionist)
        with suppress(DatabaseFault, psycopg.OperationalError):  # it was told already, or is found as overlooked
            if receptionist.answering is not None:  # the caller was gone before the answer: what they asked for is done
                await receptionist.answering
            for heard in receptionist.unanswered():
                await answers(heard)
    finally:
        ahead.cancel()
        if receptionist.became is Became.ENDED:  # else the carrier tells what becomes of the caller
            await side.parting()
    with suppress(DatabaseFault, psycopg.OperationalError):  # figures, and nobody waits for them
        await side.keeps(watch)
    log.info(
        "a call ended",
        conversation=str(greeting.conversation),
        turns=turns,
        picked_up=watch.picked_up,
        times=[asdict(turn) for turn in watch.turns],
    )
    return Held(spoken=receptionist.last, times=watch, became=receptionist.became)


def _is_answer(practice: Practice, clock: Clock, text: str, last: Spoken) -> bool:
    return is_whole_answer(text, practice, last.asked, language=last.language, doubt=last.doubt, now=clock.now())


def voiced(spoken: Spoken, no_voice: str, *, speak: frozenset[str], voice: str) -> Spoken:
    """The same, where its language is one that we speak; else, in that of the voice, that it is not, and what to do."""
    if spoken.language in speak:
        return spoken
    return replace(spoken, sentences=aloud(catalogue(voice).say(no_voice), voice).sentences, language=voice)


def _by_carrier(line: Line) -> FastAPIWebsocketParams:
    params = FastAPIWebsocketParams(
        audio_in_enabled=True,
        audio_out_enabled=True,
        audio_in_sample_rate=SAMPLES_A_SECOND,
        audio_out_sample_rate=SAMPLES_A_SECOND,
        audio_out_10ms_chunks=2,
        audio_out_end_silence_secs=0,
        serializer=line,
        session_timeout=CALLS_LAST,
    )
    return params.model_copy(update=NO_TIMEOUT)


async def carried(
    transport: BaseTransport,
    listening: Listening,
    receptionist: Receptionist,
    *,
    rate: int = SAMPLES_A_SECOND,
    first: Sequence[FrameProcessor] = (),
    over: asyncio.Event | None = None,
) -> None:
    """Carry a call until it ends, its caller goes, or `over` is set; `first` see what comes in before anybody."""
    smart = LocalSmartTurnAnalyzerV3(params=SmartTurnParams(stop_secs=THINKS))
    turns = UserTurnProcessor(
        user_turn_strategies=UserTurnStrategies(
            start=[VADUserTurnStartStrategy()],
            stop=[
                TurnAnalyzerUserTurnStopStrategy(turn_analyzer=smart),
                AnsweredTurnStopStrategy(receptionist.is_answered, noticed=NOTICED),
            ],
        ),
        user_turn_stop_timeout=THINKS + 2,
    )
    vad = VADProcessor(vad_analyzer=SileroVADAnalyzer(params=_HEARS))
    pipeline = Pipeline([transport.input(), *first, vad, listening, turns, receptionist, transport.output()])
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=rate, audio_out_sample_rate=rate),
        enable_rtvi=False,
        enable_turn_tracking=False,
        idle_timeout_secs=None,
        check_dangling_tasks=False,
    )

    async def gone(*_: object) -> None:
        await worker.cancel()

    async def ends(over: asyncio.Event) -> None:
        await over.wait()
        await worker.cancel()

    transport.add_event_handler("on_client_disconnected", gone)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    ending = asyncio.create_task(ends(over)) if over is not None else None
    try:
        await runner.run()
    finally:
        if ending is not None:
            ending.cancel()
