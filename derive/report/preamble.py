r"""The head of the LaTeX documents: fonts, languages and the layout of a step.

A step is `\step{=}{formula}{reason}`: relation signs stand in one column, reasons
in another at the right margin.  A reason that finds no room beside its formula goes
below it, and a formula wider than the page is scaled down: nothing leaves the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.report.wording import Lang

_HEAD = r"""\documentclass[a4paper,11pt]{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage{cmap}
  \usepackage[T2A]{fontenc}
  \usepackage[utf8]{inputenc}
\fi
\usepackage[LANGUAGES]{babel}
\usepackage{amsmath,amssymb}
\ifPDFTeX\else
  \usepackage{fontspec}
  \IfFontExistsTF{CMU Serif}{\setmainfont{CMU Serif}\setsansfont{CMU Sans Serif}%
    \setmonofont{CMU Typewriter Text}}{%
    \IfFontExistsTF{DejaVu Serif}{\setmainfont{DejaVu Serif}}{}}
\fi
\usepackage[margin=2.1cm,bottom=2.4cm]{geometry}
\usepackage{graphicx,xcolor,booktabs,longtable,array}
\allowdisplaybreaks
\definecolor{good}{HTML}{1B7F3B}
\definecolor{bad}{HTML}{B3261E}
\definecolor{open}{HTML}{9A6A00}
\definecolor{faint}{gray}{0.38}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\emergencystretch=3em
"""

_STEP = r"""
\newlength{\signwidth}\setlength{\signwidth}{2em}
\newlength{\reasonwidth}\setlength{\reasonwidth}{4.6cm}
\newlength{\formulawidth}
\newsavebox{\formulabox}
\newcommand{\measure}[2]{% #1: the room there is, #2: a formula
  \sbox{\formulabox}{$\displaystyle #2$}%
  \ifdim\wd\formulabox>#1\relax
    \sbox{\formulabox}{\resizebox{#1}{!}{$\displaystyle #2$}}%
  \fi}
\newcommand{\reason}[1]{\parbox[c]{\reasonwidth}{\raggedright\small #1}}
\newcommand{\start}[1]{\par\addvspace{3pt}\noindent
  \measure{\linewidth}{#1}\usebox{\formulabox}\par\nobreak}
\newcommand{\step}[3]{\par\vspace{2pt}\noindent
  \setlength{\formulawidth}{\dimexpr\linewidth-\signwidth\relax}%
  \measure{\formulawidth}{#2}%
  \makebox[\signwidth][c]{$#1$}\usebox{\formulabox}%
  \ifdim\dimexpr\wd\formulabox+\reasonwidth+1em\relax>\formulawidth
    \ifx\relax#3\relax\else\par\nobreak\noindent\hspace*{\fill}\reason{#3}\fi
  \else\hfill\reason{#3}\fi\par}
\newcommand{\note}[1]{{\par\nobreak\leftskip\signwidth\noindent\small\textcolor{faint}{#1}\par}}
\newcommand{\alarm}[1]{{\par\nobreak\leftskip\signwidth\noindent\small\textcolor{bad}{#1}\par}}
\newcommand{\formula}[1]{\measure{0.9\linewidth}{#1}\usebox{\formulabox}}
\newcommand{\yes}{\textcolor{good}{$\checkmark$}}
\newcommand{\no}{\textcolor{bad}{\boldmath$\times$}}
\newcommand{\undecided}{\textcolor{open}{\textbf{?}}}
\newcommand{\problem}[3]{\par\addvspace{20pt}\noindent
  \parbox[b]{0.82\linewidth}{\raggedright\Large\bfseries #1\quad #2}\hfill\mbox{#3}\par\nobreak
  \vspace{-2pt}\noindent\rule{\linewidth}{0.4pt}\par\nobreak}
\newcommand{\chain}[1]{\par\addvspace{10pt}\noindent\textbf{#1}\par\nobreak}
"""


def preamble(lang: Lang) -> str:
    """Give everything before the document itself; it suits pdflatex and xelatex."""
    languages = "english,russian" if lang == "ru" else "russian,english"
    return _HEAD.replace("LANGUAGES", languages) + _STEP
