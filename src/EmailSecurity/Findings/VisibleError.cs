namespace EmailSecurity.Findings;

/// <summary>Errors of libraries, whose messages can quote a stranger.</summary>
public static class VisibleError
{
    /// <summary>The error itself where its messages are safe to show, else one that says the same in safe characters; null for none.</summary>
    /// <param name="error">An error, with those that caused it.</param>
    public static Exception? Of(Exception? error)
    {
        for (var at = error; at is not null; at = at.InnerException)
        {
            if (VisibleText.OfLines(at.Message) != at.Message)
            {
                return new InvalidDataException($"{error!.GetType().Name}: {VisibleText.OfLines(error.Message)}", Of(error.InnerException));
            }
        }

        return error;
    }
}
