"""Holds a call: from the pick-up to the hang-up, on the stream that a carrier has opened."""

import asyncio
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache

import psycopg
import structlog
from pipecat.audio.turn.smart_turn.base_smart_turn import SmartTurnParams
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_start import VADUserTurnStartStrategy
from pipecat.turns.user_stop import TurnAnalyzerUserTurnStopStrategy
from pipecat.turns.user_turn_processor import UserTurnProcessor
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner
from starlette.websockets import WebSocket

from frontdesk.channels.voice.tones import wav
from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND
from frontdesk.domain.ids import PracticeId
from frontdesk.language.aloud import aloud
from frontdesk.language.warming import warm_up
from frontdesk.ports.phoning import Started, StreamWords
from frontdesk.reception.calling import Call, Spoken, TakenBefore
from frontdesk.settings import Settings
from frontdesk.storage.faults import DatabaseFault
from frontdesk.voice.hearing import Heard
from frontdesk.voice.line import Line
from frontdesk.voice.listening import Listening
from frontdesk.voice.models import Models, ModelsMissing, Places, load_models, places
from frontdesk.voice.receptionist import Became, Receptionist, pieces
from frontdesk.voice.sending import giving_up
from frontdesk.voice.timing import Stopwatch
from frontdesk.voice.words import hints_for, likely
from frontdesk.wiring import Frontdesk

NOTICED = 0.35
"""Seconds of silence that make a pause."""
THINKS = 1.6
"""Seconds of silence that end a turn which sounded as if it went on: who speaks slowly is not cut off sooner."""
_HEARS = VADParams(confidence=0.6, start_secs=0.2, stop_secs=NOTICED, min_volume=0.3)
_NO_TIMEOUT = {"audio_out_write_timeout_secs": None}
"""pipecat's own runs by asyncio.wait_for, which loses a cancellation on Python 3.11 where what it waits for is done in
the same moment, as it soon is on a closed socket: the call would not end. `giving_up` is there instead."""
_CALLS_LAST = 3600
"""Seconds; no call is held for longer."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A call that the assistant has no more, and how long its caller waited for what."""

    spoken: Spoken = field(repr=False)
    times: Stopwatch
    became: Became


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
    read = await desk.practice(practice)
    greeting = await desk.calls.pick_up(practice, call)
    if isinstance(greeting, TakenBefore):
        return None
    turns, back = 0, f"{greeting.returns}." if greeting.returns else ""

    async def answers(heard: Heard) -> Spoken:
        nonlocal turns
        turns += 1
        return await desk.calls.answer(
            practice, greeting.conversation, heard.text, others=heard.others, turn=f"{call.id}:{back}{turns}"
        )

    listening = Listening(models.ear, lambda: hints_for(read, receptionist.last.asked, receptionist.last.doubt), watch)

    async def parting() -> None:
        await desk.calls.hang_up(practice, greeting.conversation)

    async def news(last: Spoken) -> Spoken | None:
        return await desk.calls.news(practice, last)

    receptionist = Receptionist(greeting, answers, listening, models.mouth, watch, parting=parting, news=news)
    soon = [part for _, part in pieces(greeting.sentences)]
    soon += likely(read, language=greeting.language, now=desk.clock.now())
    ahead = asyncio.create_task(models.mouth.prepare(soon))
    try:
        await _run(socket, Line(words, started.stream), listening, receptionist)
        with suppress(DatabaseFault, psycopg.OperationalError):  # it was told already, or is found as overlooked
            if receptionist.answering is not None:  # the caller was gone before the answer: what they asked for is done
                await receptionist.answering
            for heard in receptionist.unanswered():
                await answers(heard)
    finally:
        ahead.cancel()
        if receptionist.became is Became.ENDED:  # else the carrier tells what becomes of the caller
            await parting()
    with suppress(DatabaseFault, psycopg.OperationalError):  # figures, and nobody waits for them
        await desk.calls.keep_times(practice, greeting.conversation, watch.kept())
    held = Held(spoken=receptionist.last, times=watch, became=receptionist.became)
    log.info(
        "a call ended",
        conversation=str(greeting.conversation),
        turns=turns,
        picked_up=watch.picked_up,
        times=[asdict(turn) for turn in watch.turns],
    )
    return held


async def _run(socket: WebSocket, line: Line, listening: Listening, receptionist: Receptionist) -> None:
    params = FastAPIWebsocketParams(
        audio_in_enabled=True,
        audio_out_enabled=True,
        audio_in_sample_rate=SAMPLES_A_SECOND,
        audio_out_sample_rate=SAMPLES_A_SECOND,
        audio_out_10ms_chunks=2,
        audio_out_end_silence_secs=0,
        serializer=line,
        session_timeout=_CALLS_LAST,
    )
    transport = FastAPIWebsocketTransport(websocket=giving_up(socket), params=params.model_copy(update=_NO_TIMEOUT))
    smart = LocalSmartTurnAnalyzerV3(params=SmartTurnParams(stop_secs=THINKS))
    turns = UserTurnProcessor(
        user_turn_strategies=UserTurnStrategies(
            start=[VADUserTurnStartStrategy()],
            stop=[TurnAnalyzerUserTurnStopStrategy(turn_analyzer=smart)],
        ),
        user_turn_stop_timeout=THINKS + 2,
    )
    vad = VADProcessor(vad_analyzer=SileroVADAnalyzer(params=_HEARS))
    pipeline = Pipeline([transport.input(), vad, listening, turns, receptionist, transport.output()])
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=SAMPLES_A_SECOND, audio_out_sample_rate=SAMPLES_A_SECOND),
        enable_rtvi=False,
        enable_turn_tracking=False,
        idle_timeout_secs=None,
        check_dangling_tasks=False,
    )

    async def gone(*_: object) -> None:
        await worker.cancel()

    transport.add_event_handler("on_client_disconnected", gone)

    async def too_long(*_: object) -> None:
        receptionist.became = Became.ENDED
        await worker.cancel()

    transport.add_event_handler("on_session_timeout", too_long)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()
