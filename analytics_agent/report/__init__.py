"""Answer → report: `build` fills a ReportDocument, `render` lays it out as HTML and PDF, `mail` as a mail. No model, no database,
no network.

What a designer edits (templates, styles, themes, fonts) is in the folder reports/, not here.
"""
