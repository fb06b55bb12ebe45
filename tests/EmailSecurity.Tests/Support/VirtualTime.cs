namespace EmailSecurity.Tests.Support;

/// <summary>
/// One clock for sandbox and module: it stands still while anything is under way, and jumps to the next timer that is due once everybody waits.
/// A wait of an hour takes no real time, and things happen in the order in which they would on AWS.
/// </summary>
/// <remarks>
/// It runs only inside <see cref="Run"/> or <see cref="RunEngine"/>; between two commands time does not pass but by <see cref="Advance"/>. A thread that
/// executes a part of the command holds it: on a loaded machine the system may stop a thread at any place, between the end of a call and the wait that
/// follows as well.
/// </remarks>
internal sealed class VirtualTime : TimeProvider, IProgress<int>, IDisposable
{
    /// <summary>Far from today, so that code that reads the machine's clock where it should read this one is found out.</summary>
    public static readonly DateTimeOffset Start = new(2031, 2, 27, 22, 0, 0, TimeSpan.Zero);

    private readonly object gate = new();
    private readonly PriorityQueue<VirtualTimer, (DateTimeOffset Due, long Order)> timers = new();
    private readonly Thread pump;
    private DateTimeOffset now = Start;
    private int busy;
    private int waits;
    private int runs;
    private long activity;
    private volatile bool stopped;
    private volatile SemaphoreSlim? firing;
    private readonly AsyncLocal<Visit?> visit = new();
    private readonly AsyncLocal<object?> flow; // set in all that a command awaits: its setting on a thread tells that the thread executes a part of it
    private int executing;
    private Exception? visitFailed;

    public VirtualTime()
    {
        flow = new AsyncLocal<object?>(change => Count(ref executing, (change.CurrentValue is null ? 0 : 1) - (change.PreviousValue is null ? 0 : 1)));
        pump = new Thread(Pump) { IsBackground = true, Name = "virtual time" };
        pump.Start();
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => (GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state), isWait: true);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time run until it is disposed: a command is under way, which the caller awaits.</summary>
    public IDisposable Run()
    {
        Count(ref runs, 1);
        flow.Value = this;
        return new Leave(() =>
        {
            flow.Value = null;
            Count(ref runs, -1);
        });
    }

    /// <summary>Lets time run until it is disposed: a command is under way in an engine, whose threads block while it waits.</summary>
    public IDisposable RunEngine()
    {
        Count(ref runs, 1);
        return new Leave(() => Count(ref runs, -1));
    }

    /// <summary>Holds time until it is disposed: something is under way that no timer tells of.</summary>
    public IDisposable Busy()
    {
        Report(1);
        return new Leave(() => Report(-1));
    }

    /// <summary>Holds time until it is disposed, on behalf of somebody else: it counts for itself, also within a visit (<see cref="At"/>).</summary>
    public IDisposable Hold()
    {
        Count(ref busy, 1);
        return new Leave(() => Count(ref busy, -1));
    }

    /// <summary>Something began (1) or ended (-1).</summary>
    public void Report(int value)
    {
        lock (gate)
        {
            // A visit counts once: by itself, or by the calls it makes.
            if (visit.Value is { } v)
            {
                var before = Math.Max(v.Calls, 1);
                v.Calls += value;
                value = Math.Max(v.Calls, 1) - before;
            }

            Count(ref busy, value);
        }
    }

    /// <summary>Called after each jump, before anything that was due at the new time happens.</summary>
    public Action? Jumped { get; set; }

    /// <summary>Lets time pass between two commands.</summary>
    public void Advance(TimeSpan length)
    {
        lock (gate)
        {
            if (runs != 0)
            {
                throw new InvalidOperationException("A command is under way: time passes by itself.");
            }

            now += length;
        }

        Jumped?.Invoke();
    }

    /// <summary>Has something done at a moment while commands run, as another person would. Time stands still but for what its calls wait for.</summary>
    public void At(TimeSpan fromNow, Func<Task> act)
        => new VirtualTimer(this, () => _ = VisitAsync(act), isWait: false).Change(fromNow, Timeout.InfiniteTimeSpan);

    private async Task VisitAsync(Func<Task> act)
    {
        Count(ref busy, 1);
        visit.Value = new Visit();
        try
        {
            await act();
        }
        catch (Exception failed)
        {
            visitFailed = failed;
        }
        finally
        {
            visit.Value = null;
            Count(ref busy, -1);
        }
    }

    /// <summary>Stops the clock.</summary>
    /// <exception cref="InvalidOperationException">Something that was to be done at a moment (<see cref="At"/>) failed.</exception>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        firing?.Release(); // the test may have gone on within the callback
        pump.Join();
        if (visitFailed is { } failed)
        {
            throw new InvalidOperationException("What was to be done at a moment failed: " + failed.Message, failed);
        }
    }

    private void Count(ref int counter, int change)
    {
        if (change == 0)
        {
            return;
        }

        lock (gate)
        {
            counter += change;
            Touch();
        }
    }

    // The pump is woken where it has something to do, not by every step of a command.
    private void Touch()
    {
        activity++;
        Wake();
    }

    private void Wake()
    {
        if (MayJump)
        {
            Monitor.Pulse(gate);
        }
    }

    // Where nobody waits, a command is at work, however long the machine takes for it: what others do later is no reason to jump.
    private bool MayJump => runs > 0 && busy <= 0 && executing == 0 && waits > 0;

    private void Pump()
    {
        while (true)
        {
            long seen;
            lock (gate)
            {
                while (!stopped && !MayJump)
                {
                    Monitor.Wait(gate);
                }

                if (stopped)
                {
                    return;
                }

                seen = activity;
            }

            if (!IsQuiet(seen))
            {
                continue;
            }

            var before = GetUtcNow();
            if (TakeDue(seen) is { } timer)
            {
                if (GetUtcNow() > before)
                {
                    Jumped?.Invoke();
                }

                Fire(timer);
            }
        }
    }

    // What waited for the timer goes on within the callback, up to its next call or wait. Where it blocks instead, it must not block the clock.
    private void Fire(VirtualTimer timer)
    {
        var patience = TimeSpan.FromSeconds(10); // on a starved machine the callback may need a while to run
        var done = new SemaphoreSlim(0);
        firing = done;
        if (stopped)
        {
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static work =>
            {
                work.timer.Fire();
                work.done.Release();
            },
            (timer, done),
            preferLocal: false);
        done.Wait(patience);
    }

    private VirtualTimer? TakeDue(long seen)
    {
        lock (gate)
        {
            while (MayJump && activity == seen && timers.TryDequeue(out var timer, out var at))
            {
                if (timer.Order != at.Order)
                {
                    continue; // disposed or changed since
                }

                now = at.Due > now ? at.Due : now;
                timer.Leave();
                timer.Repeat(at.Due);
                return timer;
            }

            return null;
        }
    }

    // Nothing is under way, but what just ended may be about to go on: its continuation is run or queued. Only where the pool has let several
    // others pass and nothing has happened meanwhile does everybody wait. On a busy machine the pool is never empty: then more have to pass.
    private bool IsQuiet(long seen)
    {
        const int Rounds = 2;
        const int MostRounds = 64;
        var passed = new SemaphoreSlim(0);
        for (int round = 0, empty = 0; round < MostRounds && empty < Rounds; round++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.Release(), passed, preferLocal: false);
            passed.Wait();
            lock (gate)
            {
                if (activity != seen || stopped)
                {
                    return false;
                }
            }

            empty += ThreadPool.PendingWorkItemCount == 0 ? 1 : 0;
        }

        return true;
    }

    private sealed class VirtualTimer(VirtualTime clock, Action callback, bool isWait) : ITimer
    {
        private TimeSpan period = Timeout.InfiniteTimeSpan;
        private bool disposed;

        /// <summary>Its place in the queue; 0 for none. An entry with another number is out of date.</summary>
        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (clock.gate)
            {
                if (disposed)
                {
                    return false;
                }

                period = newPeriod;
                Leave();
                clock.Touch();
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Enqueue(clock.now + dueTime);
                }

                return true;
            }
        }

        public void Repeat(DateTimeOffset firedAt)
        {
            if (period > TimeSpan.Zero)
            {
                Enqueue(firedAt + period);
            }
        }

        public void Fire() => callback();

        /// <summary>Takes it out of the queue.</summary>
        public void Leave()
        {
            clock.waits -= isWait && Order != 0 ? 1 : 0;
            Order = 0;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                disposed = true;
                Leave();
                clock.Touch();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Enqueue(DateTimeOffset due)
        {
            Order = ++clock.activity;
            clock.waits += isWait ? 1 : 0;
            clock.timers.Enqueue(this, (due, Order));
            clock.Wake();
        }
    }

    private sealed class Visit
    {
        public int Calls { get; set; }
    }

    private sealed class Leave(Action end) : IDisposable
    {
        private Action? left = end;

        public void Dispose() => Interlocked.Exchange(ref left, null)?.Invoke();
    }
}
